package dev.tidings.sse.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidings.sse.BackplaneUnavailableException;
import dev.tidings.sse.spi.Lease;
import dev.tidings.sse.spi.Leases;
import dev.tidings.sse.spi.Status;
import dev.tidings.sse.testing.BackplaneProbe;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What becomes of leases when nodes and servers come and go. */
@RequiresRedis
class LeasesTest {

    private static final String GROUP = "principal:42";
    private static final int MANY = Integer.MAX_VALUE;

    private final RedisServer redis = RedisServer.startForgetful();
    private final TcpFaultProxy network = TcpFaultProxy.toRedis(redis.port());
    private final List<RedisBackplane> nodes = new ArrayList<>();

    @AfterEach
    void stop() {
        nodes.forEach(RedisBackplane::close);
        network.close();
        redis.close();
    }

    @Test
    void allNodesSeeOneGroup() {
        Leases one = node(redis.uri());
        Leases other = node(redis.uri());
        await(one.take(GROUP, lease("one:1"), 1));

        assertThat(await(other.take(GROUP, lease("other:1"), 1))).containsExactly(lease("one:1"));
        Wait.until("both", () -> await(one.held(GROUP)).equals(List.of(lease("one:1"), lease("other:1"))));
    }

    @Test
    void leasesOutliveTheirLifetimeWhileTheirNodeDoes() {
        Leases one = node(redis.uri());
        await(one.take(GROUP, lease("one:1"), MANY));
        long lived = lifeOf();

        Wait.until("a sign of life", () -> lifeOf() > lived);

        Wait.until("the lease", () -> await(one.held(GROUP)).equals(List.of(lease("one:1"))));
    }

    @Test
    void aNodeThatIsCutOffHasNoLeasesAfterAWhileAndItsOldPlacesWhenItIsBack() {
        Leases lost = node(network.uri());
        Leases other = node(redis.uri());
        await(lost.take(GROUP, lease("lost:1"), MANY));
        await(other.take(GROUP, lease("other:1"), MANY));

        network.partition();
        Wait.until("the end of its leases", () -> await(other.held(GROUP)).equals(List.of(lease("other:1"))));
        network.heal();

        Wait.until("its leases", () -> await(other.held(GROUP)).equals(List.of(lease("lost:1"), lease("other:1"))));
    }

    @Test
    void aLeaseThatIsTakenWhileRedisIsAwayIsTakenWhenItIsBack() {
        Leases lost = node(network.uri());
        Leases other = node(redis.uri());
        await(lost.held(GROUP)); // it is connected
        network.partition();
        Wait.until("the network to be cut", () -> fails(lost.held(GROUP)));

        assertThatThrownBy(() -> lost.take(GROUP, lease("lost:1"), MANY)
                        .toCompletableFuture()
                        .get(30, TimeUnit.SECONDS))
                .isInstanceOf(ExecutionException.class)
                .hasCauseInstanceOf(BackplaneUnavailableException.class);
        network.heal();

        Wait.until("the lease", () -> await(other.held(GROUP)).equals(List.of(lease("lost:1"))));
    }

    @Test
    void aLeaseThatIsReleasedWhileRedisIsAwayIsReleasedWhenItIsBack() {
        Leases lost = node(network.uri());
        Leases other = node(redis.uri());
        await(lost.take(GROUP, lease("lost:1"), MANY));
        await(lost.take(GROUP, lease("lost:2"), MANY));
        network.partition();
        Wait.until("the network to be cut", () -> fails(lost.held(GROUP)));

        lost.release(GROUP, lease("lost:1"));
        network.heal();

        Wait.until("the release", () -> await(other.held(GROUP)).equals(List.of(lease("lost:2"))));
    }

    @Test
    void leasesAreTakenAgainWhenRedisHasForgottenThem() {
        Leases one = node(redis.uri());
        await(one.take(GROUP, lease("one:1"), MANY));
        await(one.take(GROUP, lease("one:2"), MANY));

        redis.command("FLUSHALL");

        Wait.until("the leases", () -> await(one.held(GROUP)).equals(List.of(lease("one:1"), lease("one:2"))));
    }

    @Test
    void theLeasesOfANodeThatIsGoneCountForNothing() {
        Leases gone = node(network.uri());
        Leases other = node(redis.uri());
        await(gone.take(GROUP, lease("gone:1"), 1));
        network.partition();
        Wait.until("the end of its leases", () -> await(other.held(GROUP)).isEmpty());

        assertThat(await(other.take(GROUP, lease("other:1"), 1))).isEmpty();
    }

    @Test
    void aNodeThatIsClosedHasNoLeasesAtOnce() {
        Leases leaving = node(redis.uri());
        Leases other = node(redis.uri());
        await(leaving.take(GROUP, lease("leaving:1"), MANY));

        nodes.get(0).close();

        assertThat(await(other.held(GROUP))).isEmpty();
    }

    @Test
    void leasesThatAFastFailoverHasLostAreTakenAgain() {
        try (RedisServer replica = RedisServer.start("--repl-diskless-sync-delay", "0")) {
            replica.replicate(redis);
            Leases one = node(network.uri());
            await(one.take(GROUP, lease("one:1"), MANY));
            redis.awaitReplication(replica);
            replica.promote(); // from now on it hears of nothing
            await(one.take(GROUP, lease("one:2"), MANY));
            // It knows the node, however long this takes.
            String nodes = nodesKey();
            String name = ((List<?>) replica.command("HKEYS", nodes)).get(0).toString();
            replica.command("HSET", nodes, name, "99999999999999");

            redis.kill();
            network.retarget(replica.port());
            network.cut();

            Leases other = node(replica.uri());
            Wait.until("the leases", () -> await(other.held(GROUP)).equals(List.of(lease("one:1"), lease("one:2"))));
        }
    }

    @Test
    void aLeaseThatIsTakenLateDoesNotOutliveItsRelease() {
        Leases one = node(network.uri(), Duration.ofSeconds(2));
        Leases other = node(redis.uri());
        await(one.held(GROUP)); // it is connected
        TcpLink late = askingLink(one);
        late.toServer(TcpFaultProxy.Fault.HOLD);

        await(one.take(GROUP, lease("one:1"), MANY)); // held back, and sent again on the next connection
        one.release(GROUP, lease("one:1"));
        Wait.until("the release", () -> await(other.held(GROUP)).isEmpty());
        late.toServer(TcpFaultProxy.Fault.NONE);
        Wait.until("the late one to have come", () -> !network.links().contains(late));

        assertThat(await(other.held(GROUP))).isEmpty();
    }

    /** The connection on which a large question goes, unless a busy machine has opened another meanwhile. */
    private TcpLink askingLink(Leases node) {
        List<TcpLink> found = new ArrayList<>();
        Wait.until("the connection for questions", () -> {
            Map<TcpLink, Long> before = new HashMap<>();
            network.links().forEach(link -> before.put(link, link.bytesFromClient()));
            await(node.held("x".repeat(10_000)));
            before.keySet().stream()
                    .filter(link -> link.bytesFromClient() - before.get(link) > 10_000)
                    .forEach(found::add);
            return !found.isEmpty();
        });
        return found.get(0);
    }

    private Leases node(String uri) {
        // Whoever asks is told at once that Redis is away, so a busy machine must not look like it.
        return node(uri, Duration.ofSeconds(10));
    }

    private Leases node(String uri, Duration patience) {
        RedisBackplane backplane = ImpatientBackplane.at(uri)
                .connectTimeout(patience)
                .commandTimeout(patience)
                .build();
        nodes.add(backplane);
        Wait.until("touch with Redis", () -> backplane.status() == Status.FRESH);
        return backplane.leases().orElseThrow();
    }

    /** Until when the one node lives, by the server's clock. */
    private long lifeOf() {
        return Long.parseLong(
                ((List<?>) redis.command("HVALS", nodesKey())).get(0).toString());
    }

    private static String nodesKey() {
        return new String(new Keys("tidings", 0).nodes(Partitions.ofGroup(GROUP)));
    }

    private static boolean fails(CompletionStage<?> stage) {
        try {
            stage.toCompletableFuture().get(30, TimeUnit.SECONDS);
            return false;
        } catch (ExecutionException e) {
            return true;
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private static Lease lease(String id) {
        return new Lease(id, "42");
    }

    private static <T> T await(CompletionStage<T> stage) {
        return BackplaneProbe.await(stage);
    }
}
