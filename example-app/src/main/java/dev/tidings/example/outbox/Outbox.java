package dev.tidings.example.outbox;

import dev.tidings.example.db.Database;
import dev.tidings.example.db.Transaction;
import dev.tidings.example.json.Json;
import dev.tidings.sse.Event;
import dev.tidings.sse.Topic;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import tools.jackson.core.type.TypeReference;

/**
 * Events written in the transaction that decided on them, to be published once it is committed. So an event goes out if
 * and only if its data is stored, whatever dies in between.
 */
public final class Outbox {

    private static final Duration KEPT = Duration.ofDays(1);

    private final Database database;
    private final Clock clock;

    /** Creates the outbox of a database. */
    public Outbox(Database database) {
        this.database = database;
        this.clock = Clock.systemUTC();
    }

    /**
     * Adds an event. Transactions that add to the same topic must follow one another, by a lock that each takes first:
     * only then are they published in the order of their commits.
     */
    public void add(Transaction tx, Topic topic, Event event, String idempotencyKey) throws SQLException {
        tx.update(
                "INSERT INTO outbox (topic, idempotency_key, type, data, event_key, attributes, created_at, state)"
                        + " VALUES (?, ?, ?, ?, ?, ?, ?, 'PENDING')",
                topic.name(),
                idempotencyKey,
                event.type(),
                event.data(),
                event.key(),
                Json.write(event.attributes()),
                clock.millis());
    }

    /** Tells what is waiting, by the clock of this node and that of whoever has written the oldest row. */
    public OutboxFigures figures() {
        return database.inTransaction(tx -> tx.first(
                        this::figures,
                        "SELECT COUNT(CASE WHEN state = 'PENDING' THEN 1 END) AS pending,"
                                + " COUNT(CASE WHEN state = 'PARKED' THEN 1 END) AS parked,"
                                + " MIN(CASE WHEN state = 'PENDING' THEN created_at END) AS oldest"
                                + " FROM outbox WHERE state IN ('PENDING', 'PARKED')")
                .orElseThrow());
    }

    private OutboxFigures figures(ResultSet row) throws SQLException {
        long now = clock.millis();
        long oldest = row.getLong("oldest");
        long age = row.wasNull() ? 0 : Math.max(0, now - oldest);
        return new OutboxFigures(row.getLong("pending"), row.getLong("parked"), age);
    }

    /** The topics for which something is unsent. */
    List<Topic> topics() {
        return database.inTransaction(tx -> tx.list(
                row -> Topic.of(row.getString("topic")), "SELECT DISTINCT topic FROM outbox WHERE state = 'PENDING'"));
    }

    /** The lowest unsent rows of a topic, in order. */
    List<OutboxRow> unsent(Topic topic, int most) {
        return database.inTransaction(tx -> tx.list(
                Outbox::row,
                "SELECT id, topic, idempotency_key, type, data, event_key, attributes FROM outbox"
                        + " WHERE state = 'PENDING' AND topic = ? ORDER BY id LIMIT ?",
                topic.name(),
                most));
    }

    /** Notes what was published, unless another node's relay has taken over since the term with this number. */
    void markSent(List<OutboxRow> rows, long fence) {
        finish(rows, "SENT", fence);
    }

    /** Notes what will never be published, unless another node's relay has taken over. */
    void markParked(OutboxRow row, long fence) {
        finish(List.of(row), "PARKED", fence);
    }

    /**
     * Forgets what was sent long ago, and the webhooks taken long ago, whose signatures nobody accepts any more. Parked rows
     * stay: somebody should look at them.
     */
    void prune() {
        long limit = clock.millis() - KEPT.toMillis();
        database.inTransaction(tx -> tx.update("DELETE FROM outbox WHERE state = 'SENT' AND done_at < ?", limit)
                + tx.update("DELETE FROM webhooks WHERE received_at < ?", limit));
    }

    private void finish(List<OutboxRow> rows, String state, long fence) {
        database.inTransaction(tx -> {
            for (OutboxRow row : rows) {
                tx.update(
                        "UPDATE outbox SET state = ?, done_at = ? WHERE id = ?"
                                + " AND EXISTS (SELECT 1 FROM relay_lease WHERE fence = ?)",
                        state,
                        clock.millis(),
                        row.id(),
                        fence);
            }
            return rows.size();
        });
    }

    private static OutboxRow row(ResultSet row) throws SQLException {
        Map<String, String> attributes =
                Json.MAPPER.readValue(row.getString("attributes"), new TypeReference<Map<String, String>>() {});
        return new OutboxRow(
                row.getLong("id"),
                Topic.of(row.getString("topic")),
                row.getString("idempotency_key"),
                new Event(row.getString("type"), row.getString("data"), row.getString("event_key"), attributes));
    }
}
