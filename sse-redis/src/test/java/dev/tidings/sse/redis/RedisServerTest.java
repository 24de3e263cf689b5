package dev.tidings.sse.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.SocketTimeoutException;
import org.junit.jupiter.api.Test;

/** The fixtures do to a server what their names say: or the tests that stand on them prove nothing. */
@RequiresRedis
class RedisServerTest {

    @Test
    void whatWasAcknowledgedSurvivesAKill() {
        try (RedisServer redis = RedisServer.start()) {
            redis.command("SET", "k", "v");

            redis.kill();
            assertThatThrownBy(() -> redis.command("PING")).isInstanceOf(AssertionError.class);
            redis.restart();

            assertThat(redis.command("GET", "k")).isEqualTo("v");
        }
    }

    @Test
    void aForgetfulServerForgets() {
        try (RedisServer redis = RedisServer.startForgetful()) {
            redis.command("SET", "k", "v");

            redis.restart();

            assertThat(redis.command("GET", "k")).isNull();
        }
    }

    @Test
    void aFrozenServerAnswersWhenItIsThawed() throws IOException {
        try (RedisServer redis = RedisServer.startForgetful();
                Resp connection = redis.connect()) {
            redis.freeze();
            connection.send("PING");
            redis.thaw();

            assertThat(connection.read()).isEqualTo("PONG");
        }
    }

    @Test
    void aFrozenServerCanBeKilled() {
        RedisServer redis = RedisServer.startForgetful();
        redis.freeze();

        redis.close();

        assertThatThrownBy(redis::connect).isInstanceOf(IOException.class);
    }

    @Test
    void aPasswordIsAskedFor() throws IOException {
        try (RedisServer redis = RedisServer.startWithPassword("secret");
                Resp stranger = new Resp(redis.port())) {
            assertThat(redis.text("PING")).isEqualTo("PONG");
            assertThatThrownBy(() -> stranger.command("PING"))
                    .isInstanceOf(Resp.ErrorReply.class)
                    .hasMessageStartingWith("NOAUTH");
        }
    }

    @Test
    void aReplicaFollowsUntilItIsPromoted() {
        try (RedisServer master = RedisServer.startForgetful();
                RedisServer replica = RedisServer.startForgetful("--repl-diskless-sync-delay", "0")) {
            replica.replicate(master);
            master.command("SET", "k", "v");
            Wait.until("the replica to follow", () -> "v".equals(replica.command("GET", "k")));

            replica.promote();
            replica.command("SET", "k", "other");

            assertThat(master.command("GET", "k")).isEqualTo("v");
        }
    }

    @Test
    void bytesThatAreHeldArriveAlsoWhenTheirSenderIsGone() throws IOException {
        try (RedisServer redis = RedisServer.startForgetful();
                TcpFaultProxy proxy = new TcpFaultProxy(redis.port())) {
            try (Resp connection = new Resp(proxy.port())) {
                connection.command("PING");
                long before = proxy.links().get(0).bytesFromClient();
                proxy.toServer(TcpFaultProxy.Fault.HOLD);
                connection.send("INCR", "late");
                Wait.until("the proxy to hold it", () -> proxy.links().get(0).bytesFromClient() > before);
            }
            assertThat(redis.command("GET", "late")).isNull();

            proxy.heal();

            Wait.until("the late command", () -> "1".equals(redis.command("GET", "late")));
        }
    }

    @Test
    void aOneWayBlackHoleLosesAnswersOnlyAndHealingCutsIt() throws IOException {
        try (RedisServer redis = RedisServer.startForgetful();
                TcpFaultProxy proxy = new TcpFaultProxy(redis.port());
                Resp connection = new Resp(proxy.port())) {
            connection.command("PING");
            proxy.toClient(TcpFaultProxy.Fault.SWALLOW);
            connection.timeout(200);

            assertThatThrownBy(() -> connection.command("INCR", "k")).isInstanceOf(SocketTimeoutException.class);
            TcpLink link = proxy.links().get(0);
            Wait.until("the answer to be lost", link::hasSwallowedFromServer); // on a busy machine not within that time
            assertThat(redis.command("GET", "k")).isEqualTo("1");
            proxy.heal();

            assertThatThrownBy(() -> connection.command("PING"))
                    .isInstanceOf(IOException.class)
                    .isNotInstanceOf(SocketTimeoutException.class);
        }
    }

    @Test
    void aPartitionRefusesAndHealingWelcomes() throws IOException {
        try (RedisServer redis = RedisServer.startForgetful();
                TcpFaultProxy proxy = new TcpFaultProxy(redis.port());
                Resp connection = new Resp(proxy.port())) {
            connection.command("PING");

            proxy.partition();

            assertThatThrownBy(() -> connection.command("PING")).isInstanceOf(IOException.class);
            assertThatThrownBy(() -> pingThrough(proxy)).isInstanceOf(IOException.class);
            proxy.heal();
            assertThat(pingThrough(proxy)).isEqualTo("PONG");
        }
    }

    private static Object pingThrough(TcpFaultProxy proxy) throws IOException {
        try (Resp connection = new Resp(proxy.port())) {
            return connection.command("PING");
        }
    }
}
