package dev.tidings.example.discord;

import dev.tidings.example.db.Database;
import dev.tidings.example.db.Transaction;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;

/** What each user has let us ask Discord, in the database, sealed. */
final class DiscordAccounts {

    /** How old a user's list of guilds may be before the next look at it has it read again. */
    static final Duration FRESH = Duration.ofMinutes(5);

    /** When it is tried again after a failure; longer than a try can take, so that there is one at a time. */
    static final Duration RETRY = Duration.ofMinutes(1);

    private final Database database;
    private final Sealing sealing;
    private final Clock clock;

    DiscordAccounts(Database database, Sealing sealing, Clock clock) {
        this.database = database;
        this.sealing = sealing;
        this.clock = clock;
    }

    /** Keeps what a sign-in has brought. The caller holds the lock on the user's row. */
    void save(Transaction tx, String userId, DiscordTokens tokens) throws SQLException {
        tx.update("DELETE FROM discord_accounts WHERE user_id = ?", Long.valueOf(userId));
        tx.update(
                "INSERT INTO discord_accounts (user_id, tokens, next_read_at) VALUES (?, ?, ?)",
                Long.valueOf(userId),
                sealing.seal(tokens.toJson(), userId),
                clock.millis() + FRESH.toMillis());
    }

    /** Takes on reading a user's guilds, if it is time: of all nodes that ask at once, one gets an account. */
    Optional<Account> claim(String userId) {
        return database.inTransaction(tx -> {
            int due = tx.update(
                    "UPDATE discord_accounts SET next_read_at = ? WHERE user_id = ? AND next_read_at <= ?",
                    clock.millis() + RETRY.toMillis(),
                    Long.valueOf(userId),
                    clock.millis());
            return due == 0
                    ? Optional.empty()
                    : tx.first(
                            row -> new Account(userId, row.getString("tokens")),
                            "SELECT tokens FROM discord_accounts WHERE user_id = ?",
                            Long.valueOf(userId));
        });
    }

    /** The tokens of an account; none if the client secret has changed since they were sealed. */
    Optional<DiscordTokens> open(Account account) {
        return sealing.open(account.sealed(), account.userId()).map(DiscordTokens::parse);
    }

    /** Keeps new tokens in place of those of an account, unless a sign-in has brought others meanwhile. */
    Optional<Account> replace(Account account, DiscordTokens tokens) {
        Account renewed = new Account(account.userId(), sealing.seal(tokens.toJson(), account.userId()));
        int replaced = database.inTransaction(tx -> tx.update(
                "UPDATE discord_accounts SET tokens = ? WHERE user_id = ? AND tokens = ?",
                renewed.sealed(),
                Long.valueOf(account.userId()),
                account.sealed()));
        return replaced == 0 ? Optional.empty() : Optional.of(renewed);
    }

    /** Notes that the guilds were read; tells whether the account is still the same. */
    boolean wasRead(Transaction tx, Account account) throws SQLException {
        return 1
                == tx.update(
                        "UPDATE discord_accounts SET next_read_at = ? WHERE user_id = ? AND tokens = ?",
                        clock.millis() + FRESH.toMillis(),
                        Long.valueOf(account.userId()),
                        account.sealed());
    }

    /** Forgets an account; tells whether it was still the same. */
    boolean remove(Transaction tx, Account account) throws SQLException {
        return 1
                == tx.update(
                        "DELETE FROM discord_accounts WHERE user_id = ? AND tokens = ?",
                        Long.valueOf(account.userId()),
                        account.sealed());
    }

    /** Forgets the account of a user, if there is one. */
    void remove(Transaction tx, String userId) throws SQLException {
        tx.update("DELETE FROM discord_accounts WHERE user_id = ?", Long.valueOf(userId));
    }

    /**
     * An account as it was found.
     *
     * @param userId whose
     * @param sealed its tokens; while they are the same, so is the account
     */
    record Account(String userId, String sealed) {

        /** Does not tell the tokens, though they are sealed. */
        @Override
        public String toString() {
            return "Account[" + userId + "]";
        }
    }
}
