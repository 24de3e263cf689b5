package dev.tidings.example.tickets;

import dev.tidings.example.db.Database;
import dev.tidings.example.db.Transaction;
import dev.tidings.example.guilds.GuildStates;
import dev.tidings.example.guilds.GuildStore;
import dev.tidings.example.guilds.GuildTopic;
import dev.tidings.example.identity.User;
import dev.tidings.example.json.Json;
import dev.tidings.example.json.RawJson;
import dev.tidings.example.outbox.Outbox;
import dev.tidings.example.web.Problem;
import dev.tidings.example.webhooks.Outcome;
import dev.tidings.example.webhooks.SeenWebhooks;
import java.sql.SQLException;
import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Where tickets change: by what the bot says, and by what the staff does. Either way a change and its event are one
 * transaction, and those of one guild follow one another.
 */
final class TicketDesk {

    private final Database database;
    private final GuildStore guilds;
    private final Outbox outbox;
    private final TicketStore tickets = new TicketStore();
    private final GuildStates guildStates = new GuildStates();
    private final SeenWebhooks seen = new SeenWebhooks();
    private final Clock clock = Clock.systemUTC();

    TicketDesk(Database database, GuildStore guilds, Outbox outbox) {
        this.database = database;
        this.guilds = guilds;
        this.outbox = outbox;
    }

    /** What a user may see, of all guilds or of one. */
    List<Ticket> visibleTo(User user, @Nullable String guildId) {
        return database.inTransaction(tx -> {
            if (guildId == null) {
                return tickets.visibleTo(tx, user.id());
            }
            checkStaff(tx, user, guildId);
            return tickets.ofGuild(tx, guildId);
        });
    }

    /** Stores what the bot says. A guild without staff here may get some: its tickets wait for them. */
    Outcome store(TicketEventType type, String webhookId, TicketPayload payload) {
        return database.inTransaction(tx -> {
            guildStates.lock(tx, payload.guildId());
            long now = clock.millis();
            if (!seen.isNew(tx, webhookId, type.wireName(), now)) {
                return Outcome.DUPLICATE;
            }
            @Nullable
            Ticket before =
                    tickets.find(tx, payload.guildId(), payload.ticketId()).orElse(null);
            Ticket after = payload.after(type, before, now);
            tickets.save(tx, after);
            if (!guilds.hasStaff(tx, payload.guildId())) {
                return Outcome.UNKNOWN_GUILD;
            }
            publish(tx, new TicketEvent(type, after, payload.metadata()), webhookId);
            return Outcome.ACCEPTED;
        });
    }

    /** Gives a ticket to a member of the staff who wants it. */
    Ticket claim(User user, String guildId, String ticketId) {
        return change(TicketEventType.TICKET_UPDATED, user, guildId, ticketId, before -> {
            if (before.assignedTo() != null) {
                throw new Problem(409, "the ticket is " + before.assignedTo() + "'s already");
            }
            return before.claimedBy(user.name(), clock.millis());
        });
    }

    /** Closes a ticket. */
    Ticket close(User user, String guildId, String ticketId) {
        return change(TicketEventType.TICKET_CLOSED, user, guildId, ticketId, before -> before.closed(clock.millis()));
    }

    private Ticket change(TicketEventType type, User user, String guildId, String ticketId, Change change) {
        return database.inTransaction(tx -> {
            checkStaff(tx, user, guildId);
            guildStates.lock(tx, guildId);
            checkStaff(tx, user, guildId); // again: they may have left while the guild was locked
            Ticket before = tickets.find(tx, guildId, ticketId).orElseThrow(TicketDesk::nothingThere);
            if (before.isClosed()) {
                throw new Problem(409, "the ticket is closed already");
            }
            Ticket after = change.of(before);
            tickets.save(tx, after);
            publish(tx, new TicketEvent(type, after, metadata(before, after, user)), "desk_" + UUID.randomUUID());
            return after;
        });
    }

    private void publish(Transaction tx, TicketEvent event, String idempotencyKey) throws SQLException {
        outbox.add(tx, GuildTopic.of(event.ticket().guildId()), event.toEvent(), idempotencyKey);
    }

    private void checkStaff(Transaction tx, User user, String guildId) throws SQLException {
        if (!guilds.isStaff(tx, user.id(), guildId)) {
            throw nothingThere(); // whether it is there is not for them to know
        }
    }

    private static Problem nothingThere() {
        return new Problem(404, "there is no such ticket or guild among yours");
    }

    private static RawJson metadata(Ticket before, Ticket after, User user) {
        Map<String, Object> metadata =
                Map.of("previousState", state(before), "newState", state(after), "changedBy", user.name());
        return new RawJson(Json.write(metadata));
    }

    private static Map<String, @Nullable String> state(Ticket ticket) {
        Map<String, @Nullable String> state = new HashMap<>();
        state.put("status", ticket.status());
        state.put("assignedTo", ticket.assignedTo());
        return state;
    }

    private interface Change {
        Ticket of(Ticket before);
    }
}
