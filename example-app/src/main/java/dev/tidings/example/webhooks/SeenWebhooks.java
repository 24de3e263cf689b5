package dev.tidings.example.webhooks;

import dev.tidings.example.db.Transaction;
import java.sql.SQLException;

/** The ids of webhooks that were taken, in the database, so that one that comes again is known. */
public final class SeenWebhooks {

    /**
     * Notes a webhook, in the transaction that stores what it says.
     *
     * @return whether it comes for the first time
     */
    public boolean isNew(Transaction tx, String webhookId, String type, long nowMillis) throws SQLException {
        if (tx.first(row -> true, "SELECT id FROM webhooks WHERE id = ?", webhookId)
                .isPresent()) {
            return false;
        }
        tx.update("INSERT INTO webhooks (id, type, received_at) VALUES (?, ?, ?)", webhookId, type, nowMillis);
        return true;
    }
}
