package dev.tidings.example.notifications;

import dev.tidings.example.db.Database;
import dev.tidings.example.db.Transaction;
import dev.tidings.example.guilds.GuildEvents;
import dev.tidings.example.identity.User;
import dev.tidings.example.identity.Users;
import dev.tidings.example.outbox.Outbox;
import dev.tidings.example.webhooks.Outcome;
import dev.tidings.example.webhooks.SeenWebhooks;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.util.List;
import java.util.UUID;

/** The notifications of users, in the database: the latest of each, and no more. */
final class NotificationStore {

    /** How many of a user's are kept. */
    static final int MOST = 50;

    private final Database database;
    private final Users users;
    private final Outbox outbox;
    private final SeenWebhooks seen = new SeenWebhooks();
    private final Clock clock = Clock.systemUTC();

    NotificationStore(Database database, Users users, Outbox outbox) {
        this.database = database;
        this.users = users;
        this.outbox = outbox;
    }

    /** A user's notifications, the latest first. */
    List<Notification> of(User user) {
        return database.inTransaction(tx -> tx.list(
                NotificationStore::notification,
                "SELECT id, title, body, created_at, unread FROM notifications WHERE user_id = ? ORDER BY id DESC",
                Long.valueOf(user.id())));
    }

    Outcome store(String webhookId, NotificationPayload payload) {
        return database.inTransaction(tx -> {
            Users.Owner owner = users.lock(tx, payload.userId());
            long now = clock.millis();
            if (!seen.isNew(tx, webhookId, Notification.TYPE, now)) {
                return Outcome.DUPLICATE;
            }
            Notification added = insert(tx, owner.userId(), payload, now);
            forgetOldest(tx, owner.userId());
            if (!owner.hasSignedIn()) {
                return Outcome.UNKNOWN_OWNER;
            }
            outbox.add(tx, GuildEvents.topic(owner.userId()), added.toEvent(), webhookId);
            return Outcome.ACCEPTED;
        });
    }

    /** Marks a notification, and all before it, as read, and tells the user's other tabs and devices if any was not. */
    void markRead(User user, long upTo) {
        database.inTransaction(tx -> {
            users.lock(tx, user.discordId());
            int marked = tx.update(
                    "UPDATE notifications SET unread = FALSE WHERE user_id = ? AND id <= ? AND unread",
                    Long.valueOf(user.id()),
                    upTo);
            if (marked > 0) {
                outbox.add(
                        tx,
                        GuildEvents.topic(user.id()),
                        Notification.readUpTo(upTo, clock.millis()),
                        "read_" + UUID.randomUUID());
            }
            return marked;
        });
    }

    private static Notification insert(Transaction tx, String userId, NotificationPayload payload, long now)
            throws SQLException {
        long id = tx.insert(
                "INSERT INTO notifications (user_id, title, body, created_at, unread) VALUES (?, ?, ?, ?, TRUE)",
                Long.valueOf(userId),
                payload.title(),
                payload.text(),
                now);
        return new Notification(id, payload.title(), payload.text(), now, true);
    }

    private static void forgetOldest(Transaction tx, String userId) throws SQLException {
        Long user = Long.valueOf(userId);
        tx.update(
                "DELETE FROM notifications WHERE user_id = ? AND id <= (SELECT id FROM notifications WHERE user_id = ?"
                        + " ORDER BY id DESC LIMIT 1 OFFSET " + MOST + ")",
                user,
                user);
    }

    private static Notification notification(ResultSet row) throws SQLException {
        return new Notification(
                row.getLong("id"),
                row.getString("title"),
                row.getString("body"),
                row.getLong("created_at"),
                row.getBoolean("unread"));
    }
}
