package dev.tidings.example.db;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;

/**
 * Databases for tests, each empty: of H2, or with {@code -Dtidings.database=postgresql} of a PostgreSQL server that is
 * started once and ends with this process.
 */
public final class TestDatabase {

    private static final boolean POSTGRESQL = "postgresql".equals(System.getProperty("tidings.database"));

    private TestDatabase() {}

    /** Makes one for a single node of this process, which forgets it. */
    public static Database open() {
        return POSTGRESQL ? Database.open(PostgresServer.newDatabase()) : Database.inMemory();
    }

    /** Adds one for a single node of this process to an environment that names none. */
    public static Map<String, String> in(Map<String, String> environment) {
        if (!POSTGRESQL || environment.containsKey("DATABASE_URL")) {
            return environment;
        }
        Map<String, String> complete = new HashMap<>(environment);
        complete.put("DATABASE_URL", PostgresServer.newDatabase());
        return complete;
    }

    /** Returns the URL of one for all nodes of this process. */
    public static String shared() {
        return POSTGRESQL ? PostgresServer.newDatabase() : "jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1";
    }

    /** Returns the URL of one that outlives the process that uses it. */
    public static String durable(Path directory) {
        return POSTGRESQL ? PostgresServer.newDatabase() : "jdbc:h2:" + directory.resolve("tidings");
    }

    /** Starts one that several processes use, any of which may be killed. */
    public static Served served(Path directory) {
        return POSTGRESQL ? new Served(PostgresServer.newDatabase(), () -> {}) : H2Server.start(directory);
    }

    /**
     * A database in a server.
     *
     * @param url where it is
     * @param stop ends a server that nobody else uses
     */
    public record Served(String url, Runnable stop) implements AutoCloseable {

        @Override
        public void close() {
            stop.run();
        }
    }
}
