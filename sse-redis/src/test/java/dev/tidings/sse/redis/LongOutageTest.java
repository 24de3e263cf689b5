package dev.tidings.sse.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidings.sse.BackplaneUnavailableException;
import dev.tidings.sse.Event;
import dev.tidings.sse.Published;
import dev.tidings.sse.Retention;
import dev.tidings.sse.Topic;
import dev.tidings.sse.spi.Lease;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import redis.clients.jedis.HostAndPort;

/** However long Redis is away, and whatever comes and goes meanwhile: nothing of it is kept. */
class LongOutageTest {

    private static final int MANY = 2_000;

    private final HostAndPort nobody = new HostAndPort("127.0.0.1", RedisProcess.freePort());
    private final RedisBackplane.Builder builder =
            ImpatientBackplane.at("redis://" + nobody).publishDeadline(Duration.ofMillis(10));
    private final RedisSettings settings = builder.settings();
    private final Keys keys = new Keys(settings.keyPrefix(), 0);
    private final Timer timer = new Timer();
    private final Figures figures = new Figures();

    @AfterEach
    void end() {
        timer.close();
    }

    @Test
    void topicsOfEventsThatExpiredAreForgottenWhileNoMasterIsKnown() {
        Appends appends = new Appends(settings, keys, "node", new NoRoutes(), timer, Runnable::run, figures);

        publishToMany(appends);

        Wait.until("the last lane to be let go of", () -> appends.queue().lanes() == 0);
    }

    @Test
    void topicsOfEventsThatExpiredAreForgottenWhileTheMasterIsAway() throws InterruptedException {
        OneLink routes = new OneLink();
        Appends appends = new Appends(settings, keys, "node", routes, timer, Runnable::run, figures);
        routes.link = new AppendLink(
                nobody,
                new Connector(settings),
                new Fences(),
                Scripts.load().append(),
                appends,
                routes,
                figures,
                settings);
        routes.link.start();

        publishToMany(appends);

        Wait.until("the last lane to be let go of", () -> appends.queue().lanes() == 0);
        routes.link.close();
        routes.link.join(TimeUnit.SECONDS.toMillis(30));
    }

    @Test
    void topicsThatWereFollowedMeanwhileAreNotKeptForTheNextConnection() {
        Follows follows = new Follows(keys, figures);
        FollowLink link = new FollowLink(
                nobody, new Connector(settings), follows, new NoRoutes(), timer, figures, () -> null, settings);
        InterestWriter writer = new InterestWriter(link, follows, timer, () -> null);
        AtomicInteger stale = new AtomicInteger();
        IntStream.range(0, MANY)
                .mapToObj(i -> new Followed(Topic.of("guild", "" + i), "channel " + i, stale, figures))
                .forEach(writer::lookAfter);
        assertThat(writer.waiting()).isEqualTo(MANY);

        writer.disconnected(); // as after each attempt

        assertThat(writer.waiting()).isZero();
    }

    @Test
    void leasesThatWereTakenAndReleasedMeanwhileAreForgotten() {
        try (RedisBackplane backplane = builder.build()) {
            RedisLeases leases = (RedisLeases) backplane.leases().orElseThrow();
            for (int i = 0; i < MANY; i++) {
                Lease lease = new Lease("lease:" + i, "42");
                CompletionStage<List<Lease>> answer = leases.take("principal:42", lease, 1);
                leases.release("principal:42", lease);
                if (i == 0) {
                    assertAway(answer);
                }
            }

            Wait.until("the last one to be forgotten", () -> leases.size() == 0);
        }
    }

    private static void publishToMany(Appends appends) {
        List<CompletionStage<Published>> answers = IntStream.range(0, MANY)
                .mapToObj(
                        i -> appends.append(Topic.of("guild", "" + i), Event.of("event", "e"), Retention.DEFAULT, null))
                .toList();
        Wait.until("all to expire", () -> {
            appends.expire();
            return appends.queue().size() == 0;
        });
        assertAway(answers.get(0));
    }

    private static void assertAway(CompletionStage<?> answer) {
        assertThatThrownBy(() -> answer.toCompletableFuture().get(30, TimeUnit.SECONDS))
                .isInstanceOf(ExecutionException.class)
                .hasCauseInstanceOf(BackplaneUnavailableException.class);
    }
}
