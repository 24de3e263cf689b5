package dev.tidings.example;

import dev.tidings.example.db.Database;
import dev.tidings.example.db.DatabaseException;
import dev.tidings.example.demo.DemoIdentity;
import dev.tidings.example.discord.DiscordIdentity;
import dev.tidings.example.guilds.GuildEventType;
import dev.tidings.example.guilds.GuildStore;
import dev.tidings.example.guilds.GuildTopic;
import dev.tidings.example.guilds.GuildsEndpoint;
import dev.tidings.example.identity.Identity;
import dev.tidings.example.identity.IdentityProvider;
import dev.tidings.example.identity.SameOrigin;
import dev.tidings.example.identity.SessionEndpoint;
import dev.tidings.example.identity.Sessions;
import dev.tidings.example.identity.SignOut;
import dev.tidings.example.identity.Users;
import dev.tidings.example.notifications.NotificationsEndpoint;
import dev.tidings.example.ops.Operations;
import dev.tidings.example.outbox.Outbox;
import dev.tidings.example.outbox.OutboxRelay;
import dev.tidings.example.outbox.ReauthorizingPublisher;
import dev.tidings.example.outbox.RelayLease;
import dev.tidings.example.preferences.PreferencesEndpoint;
import dev.tidings.example.streams.OpenPages;
import dev.tidings.example.streams.PageStream;
import dev.tidings.example.team.Team;
import dev.tidings.example.tickets.TicketsEndpoint;
import dev.tidings.example.web.Answer;
import dev.tidings.example.web.HealthEndpoint;
import dev.tidings.example.web.Pages;
import dev.tidings.example.web.ReadableText;
import dev.tidings.example.web.WebServer;
import dev.tidings.example.webhooks.StandardWebhooks;
import dev.tidings.example.webhooks.WebhookEndpoint;
import dev.tidings.example.webhooks.WebhookInbox;
import dev.tidings.example.webhooks.WebhookPayload;
import dev.tidings.example.webhooks.WebhookSecret;
import dev.tidings.sse.Event;
import dev.tidings.sse.EventBroadcaster;
import dev.tidings.sse.Retention;
import dev.tidings.sse.Subscription;
import dev.tidings.sse.Topic;
import dev.tidings.sse.redis.RedisBackplane;
import dev.tidings.sse.servlet.SseServlet;
import java.io.IOException;
import java.lang.System.Logger;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.logging.Handler;

/**
 * The reference application: a bot's signed webhooks update the open pages of those who may see it. Read from the top:
 * what it is made of, then where each request goes, then how it stops.
 *
 * <p>The way of a webhook: {@link WebhookEndpoint} verifies it, {@link WebhookInbox} stores it and its event in one
 * transaction, {@link OutboxRelay} publishes the event, the broadcaster brings it to every stream that
 * {@link PageStream#access} has let in.
 */
public final class ExampleApp implements AutoCloseable {

    private static final Logger LOGGER = System.getLogger(ExampleApp.class.getName());

    // What a drain may take beyond its deadline, to cut what is stuck.
    private static final Duration DRAIN_GRACE = Duration.ofSeconds(2);

    // How often somebody who merely has a page open counts as looking at their guilds.
    private static final Duration LOOK_AGAIN = Duration.ofMinutes(5);

    // Tells other nodes that there is something in the outbox.
    private static final Topic COMMITTED = Topic.of("outbox");

    private final Config config;
    private final WebhookSecret secret;
    private final Database database;
    private final EventBroadcaster broadcaster;
    private final OutboxRelay relay;
    private final Team team;
    private final SseServlet streams;
    private final OpenPages openPages;
    private final IdentityProvider provider;
    private final HealthEndpoint health;
    private final Operations operations;
    private final WebServer server;

    private final AtomicBoolean closing = new AtomicBoolean();
    private final CountDownLatch closed = new CountDownLatch(1);

    /** Runs until the process is told to stop. */
    public static void main(String[] args) throws InterruptedException {
        Handler log = ConsoleLog.install();
        try {
            ExampleApp app = start(Config.from(System.getenv()), new Operations(log));
            Runtime.getRuntime().addShutdownHook(new Thread(app::close, "stop"));
            System.out.println(Banner.text(app.config, app.address(), app.publicUrl(), app.secret));
            app.closed.await(); // mvn exec:java ends when this method does
        } catch (ConfigException e) {
            System.err.println("Not started: " + e.getMessage());
            System.exit(1);
        }
    }

    /**
     * Starts the application.
     *
     * @throws ConfigException if a variable of the configuration will not do
     */
    public static ExampleApp start(Config config) {
        return start(config, new Operations(ConsoleLog.asConfigured()));
    }

    static ExampleApp start(Config config, Operations operations) {
        EventBroadcaster.Builder events = EventBroadcaster.builder();
        if (config.redisUrl() != null) {
            RedisBackplane redis = RedisBackplane.of(config.redisUrl());
            operations.watch(redis);
            events.backplane(redis);
        }
        return start(config, events, operations);
    }

    /** Starts the application over a broadcaster with settings of its own, such as another backplane. */
    public static ExampleApp start(Config config, EventBroadcaster.Builder events) {
        return start(config, events, new Operations(ConsoleLog.asConfigured()));
    }

    private static ExampleApp start(Config config, EventBroadcaster.Builder events, Operations operations) {
        ExampleApp app;
        try {
            app = new ExampleApp(config, events, operations);
        } catch (ConfigException e) {
            operations.close();
            throw e;
        }
        try {
            app.server.start();
        } catch (IOException e) {
            app.close();
            throw new ConfigException(
                    "PORT", "cannot be had at BIND_HOST (" + e.getMessage() + ")", String.valueOf(config.port()));
        }
        app.relay.start();
        return app;
    }

    private ExampleApp(Config config, EventBroadcaster.Builder events, Operations operations) {
        this.config = config;
        this.operations = operations;
        List<WebhookSecret> secrets =
                config.webhookSecrets().isEmpty() ? List.of(WebhookSecret.random()) : config.webhookSecrets();
        secret = secrets.get(0);
        StandardWebhooks signatures = new StandardWebhooks(secrets);

        database = openDatabase(config);
        GuildStore guilds = new GuildStore(database);
        Users users = new Users();
        Sessions sessions = new Sessions(database, config.discord() == null ? Identity.DEMO : Identity.DISCORD);
        Outbox outbox = new Outbox(database);

        broadcaster = operations
                .watch(events)
                .heartbeat(config.heartbeat())
                .maxStreams(config.maxStreams())
                .maxStreamsPerPrincipal(config.maxStreamsPerUser())
                .presence(GuildTopic.PREFIX)
                .retention(GuildTopic.PREFIX, Retention.DEFAULT.conflate())
                .build();
        relay = new OutboxRelay(outbox, new RelayLease(database), new ReauthorizingPublisher(broadcaster));
        broadcaster.subscribe(Subscription.Request.of(COMMITTED), (topic, entry) -> relay.wake());

        server = new WebServer(config.bindHost(), config.port());
        operations.watch(server);
        server.guard(ReadableText::check);
        server.guard(SameOrigin::check);

        // Who one is: Discord vouches for it, or in the demo nobody does.
        WebhookInbox inbox = new WebhookInbox(database, users, guilds, outbox);
        SignOut signOut = new SignOut(sessions, broadcaster);
        SessionEndpoint session = new SessionEndpoint(sessions, signOut, config.isBehindTls());
        provider = config.discord() == null
                ? new DemoIdentity(database, users, sessions, guilds, signatures)
                : new DiscordIdentity(config.discord(), database, sessions, signOut, inbox, this::committed);
        provider.mount(server, session, this::publicUrl);
        server.post("/logout", session::logout);

        // What one sees: a page, its data, and the stream of what happens to it.
        team = new Team(database, broadcaster, sessions, guilds, outbox, this::committed);
        team.routes(server);
        PageStream pageStream = new PageStream(broadcaster, sessions, guilds, provider, team::watch);
        streams = SseServlet.of(broadcaster, pageStream::access);
        openPages = new OpenPages(broadcaster, provider::looks, LOOK_AGAIN);
        GuildsEndpoint guildsEndpoint = new GuildsEndpoint(sessions, guilds, provider, pageStream::cursor);
        server.get("", (request, response) -> Answer.seeOther(response, "/guilds"));
        server.get("/guilds", session.required(Pages.page("guilds.html")));
        server.get("/tickets", session.required(Pages.page("tickets.html")));
        server.get("/api/guilds", guildsEndpoint::list);
        server.servlet("/api/guilds/events", streams);

        // What the bot says.
        WebhookEndpoint webhooks = new WebhookEndpoint(signatures, this::committed, operations::webhook);
        for (GuildEventType type : GuildEventType.values()) {
            server.post(
                    "/api/webhooks/" + type.wireName(), webhooks.receive(WebhookPayload::parse, inbox.storing(type)));
        }
        new TicketsEndpoint(database, sessions, guilds, outbox, this::committed).routes(server, webhooks);
        new NotificationsEndpoint(database, users, sessions, outbox, this::committed).routes(server, webhooks);
        new PreferencesEndpoint(database, users, sessions, outbox, this::committed).routes(server);
        server.nothingElse("/api/*");

        // What those who run it ask.
        health = new HealthEndpoint(database, broadcaster);
        server.get("/health/live", health::live);
        server.get("/health/ready", health::ready);
        operations.metrics(server, broadcaster, outbox, config.metricsToken());
        operations.admin(server, broadcaster, sessions, config.admins());
    }

    /** Wakes the relay, whichever node's it is: here, or where the lease is held. */
    private void committed() {
        relay.wake();
        if (relay.isStandingBy()) {
            broadcaster.publish(COMMITTED, Event.of("committed", "")); // if it gets lost, the relay looks by itself
        }
    }

    private static Database openDatabase(Config config) {
        try {
            return config.databaseUrl() == null ? Database.inMemory() : Database.open(config.databaseUrl());
        } catch (DatabaseException e) {
            throw new ConfigException("DATABASE_URL", "names a database that will not do: " + e.getMessage());
        }
    }

    /** Where browsers find it. */
    private URI publicUrl() {
        return config.publicUrl() == null ? server.address() : config.publicUrl();
    }

    /** Where it listens. */
    public URI address() {
        return server.address();
    }

    /**
     * Stops: first the streams are sent away gently, while everything else still answers, then the rest. Idempotent.
     */
    @Override
    public void close() {
        if (!closing.compareAndSet(false, true)) {
            return;
        }
        step(health::draining);
        step(this::drain);
        step(server::stop);
        step(openPages::close);
        step(provider::close);
        step(team::close);
        step(broadcaster::close); // first: it fails what the relay may be waiting for
        step(relay::close);
        step(operations::close);
        step(database::close);
        closed.countDown();
    }

    private void drain() {
        try {
            streams.drain(config.drain())
                    .toCompletableFuture()
                    .get(config.drain().plus(DRAIN_GRACE).toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException e) {
            LOGGER.log(Logger.Level.WARNING, "Not all streams were sent away in time: {0}", e.toString());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** A part that does not stop cleanly must not keep the others from it. */
    private static void step(Runnable step) {
        try {
            step.run();
        } catch (RuntimeException e) {
            LOGGER.log(Logger.Level.WARNING, "A part did not stop cleanly", e);
        }
    }
}
