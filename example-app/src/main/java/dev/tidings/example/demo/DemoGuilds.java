package dev.tidings.example.demo;

import dev.tidings.example.db.Transaction;
import dev.tidings.example.guilds.Guild;
import dev.tidings.example.guilds.GuildStore;
import java.sql.SQLException;
import java.util.List;

/** The guilds that a new demo user finds, all without the bot. Discord would be asked for them. */
public final class DemoGuilds {

    private static final List<String> NAMES = List.of("Book Club", "Chess at Noon", "Midnight Raiders");

    // Looks like one of Discord's ids, and differs between users, as theirs would.
    private static final long FIRST_ID = 900_000_000_000_000_000L;

    private DemoGuilds() {}

    /** Writes them. */
    public static void plant(GuildStore guilds, Transaction tx, String userId) throws SQLException {
        long id = FIRST_ID + Long.parseLong(userId) * 100;
        for (String name : NAMES) {
            guilds.save(tx, userId, Guild.withoutBot(String.valueOf(++id), name));
        }
    }
}
