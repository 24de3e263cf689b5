package dev.tidings.sse.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.sse.Event;
import dev.tidings.sse.Published;
import dev.tidings.sse.Retention;
import dev.tidings.sse.Topic;
import dev.tidings.sse.testing.BackplaneProbe;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import redis.clients.jedis.HostAndPort;

/** What becomes of a publish when its link ends, since the layout has changed, and another takes its place. */
@RequiresRedis
class AppendLinkTest {

    private static final Topic TOPIC = Topic.of("guild", "7");

    private final RedisServer redis = RedisServer.start();
    private final TcpFaultProxy network = TcpFaultProxy.toRedis(redis.port());
    private final Keys keys = new Keys("tidings", 0);
    private final Timer timer = new Timer();
    private final Figures figures = new Figures();
    private final Fences fences = new Fences();
    private final OneLink routes = new OneLink();

    private RedisSettings settings;
    private Appends appends;

    @AfterEach
    void end() {
        routes.link.cut();
        timer.close();
        network.close();
        redis.close();
    }

    @Test
    void aLinkThatIsClosedWhileItCannotFenceKeepsWhatWaits() {
        redis.command("ACL", "SETUSER", "default", "-client", "+client|info", "+client|setname"); // but no KILL
        begin(Duration.ofMinutes(1)); // and so long does it wait instead
        BackplaneProbe.await(publish("first"));
        network.cut();
        CompletionStage<Published> second = publish("second");
        Wait.until("the next connection to be refused to fence", () -> !isEmpty(redis.command("ACL", "LOG")));
        redis.command("ACL", "SETUSER", "default", "+client");

        replaceLink();

        BackplaneProbe.await(second);
        assertThat(log()).containsExactly("first", "second");
    }

    @Test
    void aLateFirstAttemptLeavesOneCopyAlsoWhereTheLinkIsAnotherByThen() {
        begin(Duration.ofMillis(500));
        BackplaneProbe.await(publish("first"));
        List<TcpLink> late = network.links();
        late.forEach(each -> each.toServer(TcpFaultProxy.Fault.HOLD));
        long before = bytesFromClient(late);
        CompletionStage<Published> second = publish("second");
        Wait.until("it to be sent", () -> bytesFromClient(late) > before);

        replaceLink();
        BackplaneProbe.await(second);
        late.forEach(each -> each.toServer(TcpFaultProxy.Fault.NONE));
        Wait.until("the late one to have come", () -> late.stream().noneMatch(network.links()::contains));

        BackplaneProbe.await(publish("third"));
        assertThat(log()).containsExactly("first", "second", "third");
    }

    private void begin(Duration commandTimeout) {
        settings = RedisBackplane.builder(network.uri())
                .commandTimeout(commandTimeout)
                .settings();
        appends = new Appends(settings, keys, "node", routes, timer, Runnable::run, figures);
        routes.link = startLink();
    }

    private void replaceLink() {
        AppendLink ended = routes.link;
        routes.link = startLink();
        ended.close();
    }

    private AppendLink startLink() {
        AppendLink started = new AppendLink(
                new HostAndPort("127.0.0.1", network.port()),
                new Connector(settings),
                fences,
                Scripts.load().append(),
                appends,
                routes,
                figures,
                settings);
        started.start();
        return started;
    }

    private CompletionStage<Published> publish(String data) {
        return appends.append(TOPIC, Event.of("event", data), Retention.DEFAULT, null);
    }

    private List<String> log() {
        List<?> frames = (List<?>) redis.command("LRANGE", new String(keys.log(TOPIC)), "0", "-1");
        return frames.stream()
                .map(frame ->
                        FrameFormat.parse(frame.toString().getBytes()).event().data())
                .toList();
    }

    private static boolean isEmpty(Object answer) {
        return ((List<?>) answer).isEmpty();
    }

    private static long bytesFromClient(List<TcpLink> links) {
        return links.stream().mapToLong(TcpLink::bytesFromClient).sum();
    }
}
