package dev.tidings.sse.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.sse.Entry;
import dev.tidings.sse.Topic;
import dev.tidings.sse.spi.Sink;
import dev.tidings.sse.spi.Status;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import redis.clients.jedis.HostAndPort;

/** What becomes of a topic while its slot moves. */
class FollowedTest {

    private static final long AT_ONCE = -1;

    private final AtomicInteger stale = new AtomicInteger();
    private final Followed followed = new Followed(Topic.of("guild", "7"), "channel", stale, new Figures());
    private final FollowLink source = link(1);
    private final FollowLink target = link(2);

    @Test
    void aTopicThatWasForgottenIsNotCountedAsStaleWhenItsSlotMoves() {
        subscribe();
        followed.unsubscribed(source); // by the server: the slot is somebody else's
        assertThat(stale).hasValue(1);
        assertThat(followed.isUnwanted(AT_ONCE)).isTrue();
        assertThat(followed.isOver()).isTrue();
        followed.end();
        assertThat(stale).hasValue(0);

        followed.assign(target); // by a timer that still knew of it

        assertThat(stale).hasValue(0);
    }

    @Test
    void aTopicThatIsFollowedIsStaleFromTheMoveOnUntilItIsSubscribedAgain() {
        subscribe();
        followed.join(new Follower(followed, new Deaf()));

        followed.assign(target);

        assertThat(stale).hasValue(1);
        assertThat(followed.begin(target)).isEqualTo(Followed.Step.SUBSCRIBE);
        followed.subscribed(target);
        assertThat(stale).hasValue(0);
    }

    private void subscribe() {
        Follower follower = new Follower(followed, new Deaf());
        followed.join(follower);
        followed.assign(source);
        assertThat(followed.begin(source)).isEqualTo(Followed.Step.SUBSCRIBE);
        followed.subscribed(source);
        followed.leave(follower);
    }

    /** One that is never started. */
    private static FollowLink link(int port) {
        RedisSettings settings = RedisBackplane.builder("redis://127.0.0.1").settings();
        return new FollowLink(
                new HostAndPort("127.0.0.1", port),
                new Connector(settings),
                new Follows(new Keys(settings.keyPrefix(), 0), new Figures()),
                new NoRoutes(),
                new Timer(),
                new Figures(),
                () -> null,
                settings);
    }

    private static final class Deaf implements Sink {

        @Override
        public void entry(Entry entry) {}

        @Override
        public void diverged() {}

        @Override
        public void status(Status status) {}
    }
}
