package dev.tidings.sse.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.tidings.sse.redis.RedisUri.Kind;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import redis.clients.jedis.HostAndPort;

class RedisUriTest {

    @Test
    void everyPartIsRead() {
        assertThat(RedisUri.parse("rediss://alice:p%40ss+%2F@redis.example:6380/3"))
                .isEqualTo(new RedisUri(
                        Kind.STANDALONE, true, "alice", "p@ss+/", List.of(at("redis.example", 6380)), 3, null));
    }

    @Test
    void whatIsLeftOutHasADefault() {
        assertThat(RedisUri.parse("redis://host"))
                .isEqualTo(new RedisUri(Kind.STANDALONE, false, null, null, List.of(at("host", 6379)), 0, null));
    }

    @Test
    void aPasswordNeedsNoUser() {
        RedisUri uri = RedisUri.parse("redis://:secret@[::1]:7000/");

        assertThat(uri.user()).isNull();
        assertThat(uri.password()).isEqualTo("secret");
        assertThat(uri.hosts()).containsExactly(at("::1", 7000));
    }

    @Test
    void sentinelsAndTheirMasterAreNamed() {
        assertThat(RedisUri.parse("redis-sentinel://u:p@s1,s2:26380/1?master=my%20master"))
                .isEqualTo(new RedisUri(
                        Kind.SENTINEL, false, "u", "p", List.of(at("s1", 26379), at("s2", 26380)), 1, "my master"));
    }

    @Test
    void aClusterHasAnyNumberOfHosts() {
        RedisUri uri = RedisUri.parse("rediss-cluster://c1:7001,c2:7002");

        assertThat(uri.kind()).isEqualTo(Kind.CLUSTER);
        assertThat(uri.tls()).isTrue();
        assertThat(uri.hosts()).containsExactly(at("c1", 7001), at("c2", 7002));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "localhost:6379",
                "http://localhost",
                "redis://",
                "redis://a,b",
                "redis://host:0",
                "redis://host:65536",
                "redis://host/x",
                "redis://host?master=m",
                "redis-sentinel://host",
                "redis-cluster://host/1",
                "redis://user:%zz@host",
            })
    void whatIsNoSuchUriIsRefused(String uri) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> RedisUri.parse(uri))
                .withMessageStartingWith("Redis URI ");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "redis://user:secret@host:0",
                "redis://user:secret@host:x",
                "redis://user:sec/ret@host",
                "redis://user:secret%zz@host",
                "http://user:secret@host",
                "redis-cluster://user:secret@host/4",
            })
    void noMessageHoldsThePassword(String uri) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> RedisUri.parse(uri))
                .satisfies(e -> assertThat(e.getMessage()).doesNotContain("sec"));
        assertThat(RedisUri.parse("redis://user:secret@host").toString()).isEqualTo("redis://[host:6379]");
    }

    private static HostAndPort at(String host, int port) {
        return new HostAndPort(host, port);
    }
}
