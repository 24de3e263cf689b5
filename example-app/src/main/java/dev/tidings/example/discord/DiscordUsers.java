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
import dev.tidings.sse.Event;
import java.sql.SQLException;
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
            boolean others = guilds.replace(tx, owner.userId(), managed) && owner.hasSignedIn();
            if (others) {
                tellPages(tx, owner.userId());
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
            if (!accounts.wasRead(tx, account) || !guilds.replace(tx, userId, managed)) {
                return false;
            }
            tellPages(tx, userId);
            return true;
        });
        if (others) {
            committed.run();
        }
    }

    /** Ends the account and the sessions of a user, if there is one; returns our own id of them. */
    Optional<String> deauthorized(Transaction tx, String discordId) throws SQLException {
        Optional<String> userId = users.find(tx, discordId);
        if (userId.isPresent()) {
            accounts.end(tx, userId.get());
        }
        return userId;
    }

    /** Whatever page of theirs is open reads its data anew, and its stream begins anew with what they may see now. */
    private void tellPages(Transaction tx, String userId) throws SQLException {
        Event refetch = reauthorizing(userId, OutboxRelay.refetch());
        outbox.add(tx, GuildEvents.topic(userId), refetch, "guilds-" + UUID.randomUUID());
    }

    private record SignedIn(String userId, String token, boolean guildsChanged) {}
}
