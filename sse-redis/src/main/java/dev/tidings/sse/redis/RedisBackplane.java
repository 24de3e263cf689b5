package dev.tidings.sse.redis;

import dev.tidings.sse.Event;
import dev.tidings.sse.Position;
import dev.tidings.sse.Published;
import dev.tidings.sse.Retention;
import dev.tidings.sse.Topic;
import dev.tidings.sse.spi.Backplane;
import dev.tidings.sse.spi.Interest;
import dev.tidings.sse.spi.Leases;
import dev.tidings.sse.spi.Page;
import dev.tidings.sse.spi.Sink;
import dev.tidings.sse.spi.Status;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Supplier;
import javax.net.ssl.SSLSocketFactory;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.HostAndPort;

/**
 * Joins the nodes of an application through Redis or Valkey, standalone, with Sentinel or as a cluster.
 *
 * <pre>{@code
 * EventBroadcaster broadcaster = EventBroadcaster.create(RedisBackplane.of("redis://localhost:6379"));
 * }</pre>
 *
 * <p>The URI says what stands there: {@code redis://user:password@host:port/database},
 * {@code redis-sentinel://host:port,host:port/database?master=name}, {@code redis-cluster://host:port,host:port};
 * {@code rediss} in place of {@code redis} means TLS. Characters with a meaning in a URI are percent-encoded.
 *
 * <p><em>Threading.</em> All methods may be called from any thread and none blocks, but for {@link #close}, which waits for
 * its own threads.
 *
 * <p><em>While Redis is away</em>, also when this is created, publishes wait in order up to the
 * {@linkplain Builder#publishDeadline deadline}, reads fail at once, followers are {@link Status#STALE}, and connections
 * are tried anew until Redis is back; then what followers missed is read again.
 */
public final class RedisBackplane implements Backplane {

    private static final Duration HOUSEKEEPING = Duration.ofMillis(100);
    private static final Duration SWEEP = Duration.ofSeconds(5);
    private static final long JOIN_MILLIS = 1_000;

    private final Timer timer = new Timer();
    private final ExecutorService answers = Threads.answers();
    private final ExecutorService readAnswers = Threads.reads();
    private final Figures figures = new Figures();
    private final Connector connector;
    private final Fences fences = new Fences();
    private final Follows follows;
    private final Masters masters;
    private final Appends appends;
    private final Reads reads;
    private final RedisLeases leases;

    RedisBackplane(RedisSettings settings, Scripts scripts) {
        RedisUri uri = settings.uri();
        Keys keys = new Keys(settings.keyPrefix(), uri.database());
        String node = newNode();
        this.connector = new Connector(settings);
        this.follows = new Follows(keys, figures);
        this.masters = new Masters(
                Topology.of(settings, connector), server -> master(server, settings, scripts, keys, node), follows);
        this.appends = new Appends(settings, keys, node, masters, timer, on(answers), figures);
        this.reads = new Reads(keys, scripts, masters, timer, on(readAnswers));
        this.leases = new RedisLeases(keys, scripts, node, reads, on(readAnswers));
        timer.every(HOUSEKEEPING, appends::expire);
        timer.every(HOUSEKEEPING, connector::cutStuckWires);
        timer.every(SWEEP, follows::sweep);
        timer.every(RedisLeases.SIGN_INTERVAL, leases::giveSign);
        timer.every(settings.probeInterval(), new Prober(masters, reads, keys, node)::probe);
        new Auditor(follows, reads, timer, settings.auditInterval()).start();
        masters.start();
    }

    /**
     * Creates a backplane with default settings. Does not wait for a connection.
     *
     * @throws IllegalArgumentException if the URI is malformed; the message does not hold the password
     */
    public static RedisBackplane of(String uri) {
        return builder(uri).build();
    }

    /**
     * Returns a builder for other than default settings.
     *
     * @throws IllegalArgumentException as {@link #of}
     */
    public static Builder builder(String uri) {
        return new Builder(RedisUri.parse(Objects.requireNonNull(uri, "uri")));
    }

    @Override
    public CompletionStage<Published> append(
            Topic topic, Event event, Retention retention, @Nullable String idempotencyKey) {
        return appends.append(topic, event, retention, idempotencyKey);
    }

    @Override
    public Interest follow(Topic topic, Sink sink) {
        return follows.follow(topic, sink);
    }

    @Override
    public CompletionStage<Page> read(Topic topic, @Nullable Position after, int maxEntries, int maxBytes) {
        return reads.page(topic, after, maxEntries, maxBytes);
    }

    @Override
    public Status status() {
        List<Master> serving = masters.serving();
        boolean connected = !serving.isEmpty()
                && serving.stream().allMatch(master -> master.follows().isConnected());
        return connected && !follows.isStale() ? Status.FRESH : Status.STALE;
    }

    @Override
    public Optional<Leases> leases() {
        return Optional.of(leases);
    }

    /** Returns how this backplane and its Redis are doing. */
    public RedisHealth health() {
        long now = System.nanoTime();
        List<Master> serving = masters.serving();
        long probeNanos = figures.probeNanos;
        return new RedisHealth(
                status(),
                serving.size(),
                (int) serving.stream()
                        .filter(master -> master.follows().isConnected())
                        .count(),
                probeNanos == 0 ? null : Duration.ofNanos(probeNanos),
                follows.size(),
                follows.subscribed(),
                appends.queue().size(),
                Duration.ofNanos(now - appends.queue().oldestAddedNanos(now)),
                figures.resyncs.sum(),
                figures.duplicates.sum(),
                figures.retries.sum(),
                figures.reconnects.sum());
    }

    @Override
    public void close() {
        leases.close();
        reads.close();
        appends.close();
        follows.close();
        masters.close(JOIN_MILLIS);
        timer.close();
        answers.shutdown(); // what has its answer still completes
        readAnswers.shutdown();
    }

    private Master master(HostAndPort server, RedisSettings settings, Scripts scripts, Keys keys, String node) {
        Supplier<@Nullable String> probeChannel = () -> {
            int partition = masters.partitionOf(server);
            return partition < 0 ? null : keys.probe(partition, node);
        };
        return new Master(
                server,
                new AppendLink(server, connector, fences, scripts.append(), appends, masters, figures, settings),
                new ReadLink(server, connector, fences, scripts, reads, masters, figures),
                new FollowLink(server, connector, follows, masters, timer, figures, probeChannel, settings));
    }

    private static Executor on(ExecutorService pool) {
        return completion -> {
            try {
                pool.execute(completion);
            } catch (RejectedExecutionException e) {
                completion.run(); // closed: the last failures
            }
        };
    }

    /** Tells this process's publishes from those of others, also of its own earlier lives. */
    private static String newNode() {
        byte[] random = new byte[6];
        new SecureRandom().nextBytes(random);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(random);
    }

    /** Collects settings, each of which has a default. Not thread-safe. */
    public static final class Builder {

        private final RedisUri uri;
        private String keyPrefix = "tidings";
        private Duration connectTimeout = Duration.ofSeconds(1);
        private Duration commandTimeout = Duration.ofSeconds(1);
        private Duration publishDeadline = Duration.ofSeconds(30);
        private int maxWaitingPublishes = 10_000;
        private long maxWaitingBytes = 32L << 20;
        private Duration probeInterval = Duration.ofSeconds(5);
        private Duration auditInterval = Duration.ofMinutes(1);
        private @Nullable SSLSocketFactory sslSocketFactory;
        private @Nullable String sentinelUser;
        private @Nullable String sentinelPassword;

        private Builder(RedisUri uri) {
            this.uri = uri;
        }

        /** Sets what every key and channel begins with, so that applications share a Redis. Default: {@code tidings}. */
        public Builder keyPrefix(String newKeyPrefix) {
            this.keyPrefix = Objects.requireNonNull(newKeyPrefix, "keyPrefix");
            return this;
        }

        /** Sets how long a connection may take to open. Default: 1 s. */
        public Builder connectTimeout(Duration newConnectTimeout) {
            this.connectTimeout = Objects.requireNonNull(newConnectTimeout, "connectTimeout");
            return this;
        }

        /** Sets how long an answer may take before the connection is given up for dead. Default: 1 s. */
        public Builder commandTimeout(Duration newCommandTimeout) {
            this.commandTimeout = Objects.requireNonNull(newCommandTimeout, "commandTimeout");
            return this;
        }

        /** Sets how long a publish waits for a Redis that is away before it fails. Default: 30 s. */
        public Builder publishDeadline(Duration newPublishDeadline) {
            this.publishDeadline = Objects.requireNonNull(newPublishDeadline, "publishDeadline");
            return this;
        }

        /** Sets how many publishes may wait; more fail at once. Default: 10,000. */
        public Builder maxWaitingPublishes(int newMaxWaitingPublishes) {
            this.maxWaitingPublishes = newMaxWaitingPublishes;
            return this;
        }

        /** Sets how many bytes of events may wait; more fail at once. Default: 32 MiB. */
        public Builder maxWaitingBytes(long newMaxWaitingBytes) {
            this.maxWaitingBytes = newMaxWaitingBytes;
            return this;
        }

        /**
         * Sets how often each master is probed for being one, and for still announcing. A connection on which nothing was
         * heard for two intervals is opened anew. Default: 5 s.
         */
        public Builder probeInterval(Duration newProbeInterval) {
            this.probeInterval = Objects.requireNonNull(newProbeInterval, "probeInterval");
            return this;
        }

        /** Sets within what time every topic's end is compared with what was heard of it. Default: 1 minute. */
        public Builder auditInterval(Duration newAuditInterval) {
            this.auditInterval = Objects.requireNonNull(newAuditInterval, "auditInterval");
            return this;
        }

        /** Sets whom to trust, for TLS with certificates of one's own. Default: the JDK's trust store. */
        public Builder sslSocketFactory(SSLSocketFactory newSslSocketFactory) {
            this.sslSocketFactory = Objects.requireNonNull(newSslSocketFactory, "sslSocketFactory");
            return this;
        }

        /** Sets the login at the sentinels, where they ask for one; the URI's is that at the master. */
        public Builder sentinelLogin(@Nullable String user, String password) {
            this.sentinelUser = user;
            this.sentinelPassword = Objects.requireNonNull(password, "password");
            return this;
        }

        /**
         * Creates the backplane, which begins to connect.
         *
         * @throws IllegalArgumentException if a setting is out of its range; it names the setting and the value
         */
        public RedisBackplane build() {
            return new RedisBackplane(settings(), Scripts.load());
        }

        RedisSettings settings() {
            return new RedisSettings(
                    uri,
                    keyPrefix,
                    connectTimeout,
                    commandTimeout,
                    publishDeadline,
                    maxWaitingPublishes,
                    maxWaitingBytes,
                    probeInterval,
                    auditInterval,
                    sslSocketFactory,
                    sentinelUser,
                    sentinelPassword);
        }
    }
}
