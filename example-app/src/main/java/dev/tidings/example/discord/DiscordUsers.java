package dev.tidings.example.discord;

import static dev.tidings.example.outbox.ReauthorizingPublisher.reauthorizing;

import dev.tidings.example.db.Database;
import dev.tidings.example.db.Transaction;
import dev.tidings.example.discord.DiscordAccounts.Account;
import dev.tidings.example.guilds.Guild;
import dev.tidings.example.guilds.GuildEvents;
import dev.tidings.example.guilds.ManagedGuilds;
import dev.tidings.example.identity.Sessions;
import dev.tidings.example.identity.Users;
import dev.tidings.example.outbox.Outbox;
import dev.tidings.example.outbox.OutboxRelay;
import dev.tidings.example.team.StaffDeparture;
import dev.tidings.sse.Event;
import java.sql.SQLException;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** Writes down what Discord says of users: who has signed in, which guilds are theirs, who is gone. */
final class DiscordUsers {

    private final Database database;
    private final Users users;
    private final Sessions sessions;
    private final ManagedGuilds guilds;
    private final Outbox outbox;
    private final DiscordAccounts accounts;
    private final Runnable committed;
    private final Clock clock = Clock.systemUTC();

    /**
     * Creates it.
     *
     * @param committed told after each transaction that has written an event
     */
    DiscordUsers(
            Database database,
            Users users,
            Sessions sessions,
            ManagedGuilds guilds,
            Outbox outbox,
            DiscordAccounts accounts,
            Runnable committed) {
        this.database = database;
        this.users = users;
        this.sessions = sessions;
        this.guilds = guilds;
        this.outbox = outbox;
        this.accounts = accounts;
        this.committed = committed;
    }

    /** Lets a user in, and returns the token of the new session. */
    String signIn(DiscordUser user, DiscordTokens tokens, List<Guild> managed) {
        SignedIn signedIn = database.inTransaction(tx -> {
            Users.Owner owner = users.lock(tx, user.id());
            users.rename(tx, owner.userId(), user.name());
            accounts.save(tx, owner.userId(), tokens);
            ManagedGuilds.Change change = guilds.replace(tx, owner.userId(), managed);
            boolean others = change.isAny() && owner.hasSignedIn();
            if (others) {
                tell(tx, owner.userId(), change);
            }
            return new SignedIn(owner.userId(), sessions.begin(tx, owner.userId()), others);
        });
        if (signedIn.guildsChanged()) {
            committed.run();
        }
        return signedIn.token();
    }

    /** Writes down a user's guilds as they are now, unless the account has changed meanwhile. */
    void guildsRead(Account account, List<Guild> managed) {
        String userId = account.userId();
        boolean others = database.inTransaction(tx -> {
            users.lockById(tx, userId);
            if (!accounts.wasRead(tx, account)) {
                return false;
            }
            ManagedGuilds.Change change = guilds.replace(tx, userId, managed);
            if (change.isAny()) {
                tell(tx, userId, change);
            }
            return change.isAny();
        });
        if (others) {
            committed.run();
        }
    }

    /** Ends an account that Discord does not know any more, with the user's sessions; tells whether it was still the same. */
    boolean ended(Account account) {
        boolean ended = database.inTransaction(tx -> {
            users.lockById(tx, account.userId());
            if (!accounts.remove(tx, account)) {
                return false;
            }
            end(tx, account.userId());
            return true;
        });
        if (ended) {
            committed.run();
        }
        return ended;
    }

    /** Ends the account and the sessions of a user, if there is one; returns our own id of them. */
    Optional<String> deauthorized(Transaction tx, String discordId) throws SQLException {
        Optional<String> userId = users.find(tx, discordId);
        if (userId.isPresent()) {
            users.lockById(tx, userId.get()); // or a webhook that is being stored would bring a guild back
            accounts.remove(tx, userId.get());
            end(tx, userId.get());
        }
        return userId;
    }

    /** Forgets what Discord has told of a user who has taken it back, and ends their sessions. */
    private void end(Transaction tx, String userId) throws SQLException {
        tellStaff(tx, userId, guilds.forget(tx, userId));
        sessions.endAll(tx, userId);
    }

    /** Whatever page of theirs is open reads its data anew, and its stream begins anew with what they may see now. */
    private void tell(Transaction tx, String userId, ManagedGuilds.Change change) throws SQLException {
        Event refetch = reauthorizing(userId, OutboxRelay.refetch());
        outbox.add(tx, GuildEvents.topic(userId), refetch, "guilds-" + UUID.randomUUID());
        tellStaff(tx, userId, change);
    }

    private void tellStaff(Transaction tx, String userId, ManagedGuilds.Change change) throws SQLException {
        for (String guildId : change.left()) {
            StaffDeparture.record(tx, outbox, guildId, userId, clock.millis(), "departure-" + UUID.randomUUID());
        }
    }

    private record SignedIn(String userId, String token, boolean guildsChanged) {}
}
