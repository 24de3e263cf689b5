package dev.tidings.example.ops;

import dev.tidings.example.identity.Sessions;
import dev.tidings.example.outbox.Outbox;
import dev.tidings.example.web.Pages;
import dev.tidings.example.web.WebServer;
import dev.tidings.sse.EventBroadcaster;
import dev.tidings.sse.redis.RedisBackplane;
import dev.tidings.sse.redis.micrometer.RedisMetrics;
import dev.tidings.sse.servlet.SseServlet;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Set;
import java.util.function.Supplier;
import java.util.logging.Handler;
import org.jspecify.annotations.Nullable;

/** What those who run it see: figures, lines of the log, and a page. */
public final class Operations implements AutoCloseable {

    private final AppMetrics metrics = new AppMetrics();
    private final Watchers watchers = new Watchers(NodeFeed.NODES);
    private final StreamLog streamLog;
    private @Nullable NodeFeed feed;

    /**
     * Begins to count.
     *
     * @param log where a line is written at each stream's end
     */
    public Operations(Handler log) {
        this.streamLog = new StreamLog(log);
    }

    /** Counts what Redis does, too. */
    public void watch(RedisBackplane redis) {
        new RedisMetrics(redis).bindTo(metrics.registry());
    }

    /** Has a broadcaster that is yet to be built tell what it does. */
    public EventBroadcaster.Builder watch(EventBroadcaster.Builder events) {
        return events.observer(metrics.events())
                .observer(streamLog)
                .observer(watchers)
                .retention("admin", NodeFeed.RETENTION);
    }

    /** Counts the requests to a server. */
    public void watch(WebServer server) {
        server.observe(metrics);
    }

    /** Counts a webhook by what became of it. */
    public void webhook(String outcome) {
        metrics.webhook(outcome);
    }

    /** Adds the figures. */
    public void metrics(WebServer server, EventBroadcaster broadcaster, Outbox outbox, @Nullable String token) {
        metrics.events().of(broadcaster).bindTo(metrics.registry());
        OutboxMetrics outboxMetrics = new OutboxMetrics(outbox);
        outboxMetrics.bindTo(metrics.registry());
        server.get("/metrics", new MetricsEndpoint(metrics, outboxMetrics, token)::scrape);
    }

    /** Adds the page, for administrators with these Discord ids. */
    public void admin(WebServer server, EventBroadcaster broadcaster, Sessions sessions, Set<String> discordIds) {
        Supplier<String> name = () -> host() + ":" + server.address().getPort();
        feed = new NodeFeed(broadcaster, watchers, name);
        Admins admins = new Admins(sessions, discordIds);
        AdminEndpoint endpoint = new AdminEndpoint(admins, broadcaster);
        server.get("/admin", admins.page(Pages.page("admin.html")));
        server.servlet("/admin/events", SseServlet.of(broadcaster, endpoint::streamAccess));
        server.post("/admin/disconnect", endpoint::disconnect);
    }

    @Override
    public void close() {
        if (feed != null) {
            feed.close();
        }
        streamLog.close();
        metrics.close();
    }

    private static String host() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            return "localhost";
        }
    }
}
