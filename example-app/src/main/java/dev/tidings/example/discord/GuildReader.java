package dev.tidings.example.discord;

import dev.tidings.example.discord.DiscordAccounts.Account;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;

/** Reads a user's guilds again, with new tokens where the old ones have expired. */
final class GuildReader {

    private static final Logger LOGGER = System.getLogger(GuildReader.class.getName());

    // Tokens that are about to expire count as expired.
    private static final Duration MARGIN = Duration.ofSeconds(30);

    private final DiscordAccounts accounts;
    private final DiscordUsers users;
    private final DiscordApi discord;
    private final Consumer<String> gone;
    private final Clock clock;

    /**
     * Creates a reader.
     *
     * @param gone told of a user for whom Discord does not speak any more, and whose sessions have been ended
     */
    GuildReader(DiscordAccounts accounts, DiscordUsers users, DiscordApi discord, Consumer<String> gone, Clock clock) {
        this.accounts = accounts;
        this.users = users;
        this.discord = discord;
        this.gone = gone;
        this.clock = clock;
    }

    /** Reads them, if it is time and no other node is at it. */
    void read(String userId) {
        Optional<Account> claimed = accounts.claim(userId);
        if (claimed.isPresent()) {
            read(claimed.get());
        }
    }

    private void read(Account account) {
        try {
            Optional<DiscordTokens> tokens = accounts.open(account);
            if (tokens.isEmpty()) {
                end(account);
            } else if (!readWith(tokens.get(), account)) {
                renewAndRead(tokens.get(), account);
            }
        } catch (DiscordUnavailableException e) {
            LOGGER.log(
                    Level.WARNING,
                    "The guilds of user {0} are read again later: {1}",
                    account.userId(),
                    e.getMessage());
        }
    }

    /** Tells whether Discord took the access token. */
    private boolean readWith(DiscordTokens tokens, Account account) throws DiscordUnavailableException {
        if (tokens.expiresAt().minus(MARGIN).isBefore(clock.instant())) {
            return false;
        }
        try {
            users.guildsRead(account, discord.guilds(tokens));
            return true;
        } catch (DiscordRefusedException e) {
            return false; // expired before its time
        }
    }

    private void renewAndRead(DiscordTokens expired, Account account) throws DiscordUnavailableException {
        Account current = account;
        try {
            DiscordTokens tokens = discord.refresh(expired);
            Optional<Account> renewed = accounts.replace(account, tokens); // first of all: the old ones are spent
            if (renewed.isPresent()) {
                current = renewed.get();
                users.guildsRead(current, discord.guilds(tokens));
            }
        } catch (DiscordRefusedException e) {
            end(current);
        }
    }

    private void end(Account account) {
        if (users.ended(account)) {
            LOGGER.log(
                    Level.INFO, "User {0} is signed out: Discord does not speak for them any more", account.userId());
            gone.accept(account.userId());
        }
    }
}
