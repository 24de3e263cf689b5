package dev.tidings.example.outbox;

import dev.tidings.example.db.Database;
import java.time.Duration;
import java.util.UUID;

/**
 * The right to publish from the outbox: one node's at a time. It runs out unless it is renewed, so another node takes over
 * from one that was killed. All nodes go by the database's clock.
 */
public final class RelayLease {

    /** What {@link #hold} returns where somebody else holds it. */
    static final long NOT_HELD = -1;

    private static final Duration TERM = Duration.ofSeconds(3);
    private static final String NOW = "CAST(EXTRACT(EPOCH FROM CURRENT_TIMESTAMP) * 1000 AS BIGINT)";

    private final Database database;
    private final Duration term;
    private final String holder = UUID.randomUUID().toString();

    /** Creates a candidate, which holds nothing yet. */
    public RelayLease(Database database) {
        this(database, TERM);
    }

    RelayLease(Database database, Duration term) {
        this.database = database;
        this.term = term;
    }

    /** How often to renew it, or to see whether it is free. */
    Duration interval() {
        return term.dividedBy(3);
    }

    /** Renews the lease or takes it if it is free, and returns the fencing number of this term, or {@link #NOT_HELD}. */
    long hold() {
        return database.inTransaction(tx -> {
            int held = tx.update(
                    "UPDATE relay_lease SET fence = CASE WHEN holder = ? THEN fence ELSE fence + 1 END, holder = ?,"
                            + " expires_at = " + NOW + " + ? WHERE holder = ? OR expires_at < " + NOW,
                    holder,
                    holder,
                    term.toMillis(),
                    holder);
            return held == 0
                    ? NOT_HELD
                    : tx.first(row -> row.getLong("fence"), "SELECT fence FROM relay_lease")
                            .orElseThrow();
        });
    }

    /** Lets another node have it at once. */
    void release() {
        database.inTransaction(
                tx -> tx.update("UPDATE relay_lease SET expires_at = 0, holder = '' WHERE holder = ?", holder));
    }
}
