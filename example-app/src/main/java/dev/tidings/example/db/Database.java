package dev.tidings.example.db;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.pool.HikariPool;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Set;
import java.util.UUID;
import org.flywaydb.core.Flyway;
import org.jspecify.annotations.Nullable;

/** A connection pool over a migrated schema. All access is a transaction. */
public final class Database implements AutoCloseable {

    private static final int ATTEMPTS = 3;
    private static final long PATIENCE_MILLIS = 5_000;
    private static final int ANSWER_SECONDS = 5;
    private static final String PASSWORD = "(?i)(password=)[^;&\"]*";

    // Somebody else was there first; a second look finds what they did. Unique violation, serialization failure (and
    // H2's deadlock), PostgreSQL's deadlock.
    private static final Set<String> TRY_AGAIN = Set.of("23505", "40001", "40P01");

    private final HikariDataSource pool;

    private Database(HikariDataSource pool) {
        this.pool = pool;
    }

    /** Opens a database of its own in memory, which is gone when it is closed. */
    public static Database inMemory() {
        return open("jdbc:h2:mem:" + UUID.randomUUID());
    }

    /**
     * Opens the database and brings its schema up to date.
     *
     * @throws DatabaseException if it cannot be reached, or its schema cannot be migrated
     */
    public static Database open(String url) {
        String complete = H2Url.complete(url);
        probe(complete);
        HikariDataSource pool = openPool(complete);
        try {
            migrate(pool);
        } catch (RuntimeException e) {
            pool.close();
            throw new DatabaseException("its schema cannot be migrated: " + e.getMessage(), e);
        }
        return new Database(pool);
    }

    private static HikariDataSource openPool(String url) {
        try {
            return new HikariDataSource(poolOf(url));
        } catch (HikariPool.PoolInitializationException e) {
            throw new DatabaseException("it cannot be opened: " + withoutCredentials(e.getMessage(), url), null);
        }
    }

    private static HikariConfig poolOf(String url) {
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl(url);
        config.setPoolName("tidings-example");
        config.setAutoCommit(false);
        config.setConnectionTimeout(PATIENCE_MILLIS);
        if (H2Url.isOne(url)) {
            config.setMaxLifetime(0); // nothing to renew in a process, and a database in memory dies with its last one
        }
        return config;
    }

    /** Connects once without the pool, which would log a failure with the whole URL, and there are credentials in it. */
    private static void probe(String url) {
        try {
            DriverManager.getConnection(url).close();
        } catch (SQLException e) {
            throw new DatabaseException("it cannot be opened: " + withoutCredentials(e.getMessage(), url), null);
        }
    }

    private static String withoutCredentials(@Nullable String message, String url) {
        return String.valueOf(message)
                .replace(url, url.replaceAll("[;?].*", "..."))
                .replaceAll(PASSWORD, "$1...");
    }

    private static void migrate(HikariDataSource pool) {
        // The loader by hand: under exec:java the thread's own one does not always see this application's resources.
        Flyway.configure(Database.class.getClassLoader())
                .dataSource(pool)
                .locations("classpath:db/migration")
                .load()
                .migrate();
    }

    /**
     * Runs work in one transaction, and again from the start if somebody else's transaction got in its way.
     *
     * @throws DatabaseException if the database fails; the transaction is rolled back, as for any exception
     */
    public <T> T inTransaction(Work<T> work) {
        for (int attempt = 1; ; attempt++) {
            try {
                return once(work);
            } catch (SQLException e) {
                if (attempt == ATTEMPTS || !TRY_AGAIN.contains(String.valueOf(e.getSQLState()))) {
                    throw new DatabaseException("the database failed: " + e.getMessage(), e);
                }
            }
        }
    }

    private <T> T once(Work<T> work) throws SQLException {
        try (Connection connection = pool.getConnection()) {
            // The pool rolls back what is not committed when it takes the connection back.
            T result = work.run(new Transaction(connection));
            connection.commit();
            return result;
        }
    }

    /** Tells whether the database answers. */
    public boolean isUp() {
        try (Connection connection = pool.getConnection()) {
            return connection.isValid(ANSWER_SECONDS);
        } catch (SQLException e) {
            return false;
        }
    }

    @Override
    public void close() {
        pool.close();
    }

    /** What runs in a transaction. */
    @FunctionalInterface
    public interface Work<T> {
        /** Does it. May run more than once, so it changes nothing but the database. */
        T run(Transaction transaction) throws SQLException;
    }
}
