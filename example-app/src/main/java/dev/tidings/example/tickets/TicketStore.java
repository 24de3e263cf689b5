package dev.tidings.example.tickets;

import dev.tidings.example.db.Transaction;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

/** The tickets, in the database. */
final class TicketStore {

    /** How many a page shows, the latest first. */
    static final int MOST = 200;

    private static final String COLUMNS =
            "SELECT t.guild_id, t.id, t.subject, t.status, t.opened_by, t.assigned_to, t.updated_at FROM tickets t";

    /** The latest tickets of the guilds to whose staff a user belongs. */
    List<Ticket> visibleTo(Transaction tx, String userId) throws SQLException {
        return tx.list(
                TicketStore::ticket,
                COLUMNS + " JOIN guilds g ON g.id = t.guild_id WHERE g.user_id = ? AND g.installed"
                        + " ORDER BY t.updated_at DESC, t.guild_id, t.id LIMIT " + MOST,
                Long.valueOf(userId));
    }

    /** The latest tickets of a guild. */
    List<Ticket> ofGuild(Transaction tx, String guildId) throws SQLException {
        return tx.list(
                TicketStore::ticket,
                COLUMNS + " WHERE t.guild_id = ? ORDER BY t.updated_at DESC, t.id LIMIT " + MOST,
                guildId);
    }

    Optional<Ticket> find(Transaction tx, String guildId, String id) throws SQLException {
        return tx.first(TicketStore::ticket, COLUMNS + " WHERE t.guild_id = ? AND t.id = ?", guildId, id);
    }

    /** Writes a ticket. The caller holds the lock on the guild. */
    void save(Transaction tx, Ticket ticket) throws SQLException {
        int updated = tx.update(
                "UPDATE tickets SET subject = ?, status = ?, opened_by = ?, assigned_to = ?, updated_at = ?"
                        + " WHERE guild_id = ? AND id = ?",
                ticket.subject(),
                ticket.status(),
                ticket.openedBy(),
                ticket.assignedTo(),
                ticket.updatedAt(),
                ticket.guildId(),
                ticket.id());
        if (updated == 0) {
            tx.update(
                    "INSERT INTO tickets (subject, status, opened_by, assigned_to, updated_at, guild_id, id)"
                            + " VALUES (?, ?, ?, ?, ?, ?, ?)",
                    ticket.subject(),
                    ticket.status(),
                    ticket.openedBy(),
                    ticket.assignedTo(),
                    ticket.updatedAt(),
                    ticket.guildId(),
                    ticket.id());
        }
    }

    private static Ticket ticket(ResultSet row) throws SQLException {
        return new Ticket(
                row.getString("guild_id"),
                row.getString("id"),
                row.getString("subject"),
                row.getString("status"),
                row.getString("opened_by"),
                row.getString("assigned_to"),
                row.getLong("updated_at"));
    }
}
