package dev.tidings.sse.redis;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import redis.clients.jedis.HostAndPort;

/** What a link hears of its master. */
@RequiresRedis
class FollowLinkTest {

    private final RedisServer redis = RedisServer.startForgetful();
    private final RedisSettings settings = RedisBackplane.builder(redis.uri()).settings();
    private final Timer timer = new Timer();
    private final Figures figures = new Figures();

    private volatile String probeChannel = "before";

    private final FollowLink link = new FollowLink(
            new HostAndPort("127.0.0.1", redis.port()),
            new Connector(settings),
            new Follows(new Keys(settings.keyPrefix(), 0), figures),
            new NoRoutes(),
            timer,
            figures,
            () -> probeChannel,
            settings);

    @AfterEach
    void end() throws InterruptedException {
        link.close();
        link.join(TimeUnit.SECONDS.toMillis(30));
        timer.close();
        redis.close();
    }

    @Test
    void probesAreHeardOnAnotherChannelWhenTheFirstPartitionIsAnother() {
        link.start();
        Wait.until("a probe to be heard", () -> isHeard("before"));

        probeChannel = "after";
        link.lookAfterProbe();

        Wait.until("a probe to be heard on the other channel", () -> isHeard("after"));
    }

    private boolean isHeard(String channel) {
        String publish = RedisBinary.get().isSeven() ? "SPUBLISH" : "PUBLISH";
        return redis.command(publish, channel, "1").equals(1L);
    }
}
