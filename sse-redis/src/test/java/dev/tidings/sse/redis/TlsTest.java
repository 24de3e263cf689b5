package dev.tidings.sse.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidings.sse.BackplaneUnavailableException;
import dev.tidings.sse.Event;
import dev.tidings.sse.Retention;
import dev.tidings.sse.Topic;
import dev.tidings.sse.testing.BackplaneProbe;
import dev.tidings.sse.testing.RecordingSink;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.Key;
import java.security.KeyStore;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Connections that are encrypted, to the one who is meant. */
@RequiresRedis
class TlsTest {

    private static final Topic NEWS = Topic.of("news");
    private static final String PASSWORD = "changeit";

    @TempDir
    Path folder;

    @Test
    void whatGoesOverTlsArrives() throws Exception {
        KeyStore store = certificateOf("ip:127.0.0.1");
        AtomicInteger port = new AtomicInteger();
        try (RedisServer redis = startWith(store, port);
                RedisBackplane backplane = RedisBackplane.builder("rediss://127.0.0.1:" + port)
                        .sslSocketFactory(trusting(store))
                        .build()) {
            BackplaneProbe logs = new BackplaneProbe(backplane);
            RecordingSink sink = logs.follow(NEWS);

            logs.append(NEWS, "e");

            assertThat(sink.take(1)).containsExactly("e");
            assertThat(redis.isAlive()).isTrue();
        }
    }

    @Test
    void aCertificateOfAnotherHostIsNotEnough() throws Exception {
        KeyStore store = certificateOf("dns:elsewhere.example");
        AtomicInteger port = new AtomicInteger();
        try (RedisServer redis = startWith(store, port);
                RedisBackplane backplane = RedisBackplane.builder("rediss://127.0.0.1:" + port)
                        .sslSocketFactory(trusting(store))
                        .publishDeadline(Duration.ofSeconds(1))
                        .build()) {
            assertThatThrownBy(() -> backplane
                            .append(NEWS, Event.of("event", "secret"), Retention.DEFAULT, null)
                            .toCompletableFuture()
                            .get(30, TimeUnit.SECONDS))
                    .isInstanceOf(ExecutionException.class)
                    .hasCauseInstanceOf(BackplaneUnavailableException.class);
            assertThat(redis.command("DBSIZE")).isEqualTo(0L);
        }
    }

    private RedisServer startWith(KeyStore store, AtomicInteger port) throws Exception {
        Key key = store.getKey("redis", PASSWORD.toCharArray());
        Path keyFile = pem("PRIVATE KEY", key.getEncoded());
        Path certificate = pem("CERTIFICATE", store.getCertificate("redis").getEncoded());
        return RedisServer.start(() -> {
            port.set(RedisProcess.freePort());
            return List.of(
                    "--tls-port",
                    port.toString(),
                    "--tls-cert-file",
                    certificate.toString(),
                    "--tls-key-file",
                    keyFile.toString(),
                    "--tls-auth-clients",
                    "no");
        });
    }

    private KeyStore certificateOf(String name) throws Exception {
        Path file = folder.resolve("redis.p12");
        Process keytool = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-genkeypair",
                        "-alias",
                        "redis",
                        "-keyalg",
                        "EC",
                        "-dname",
                        "CN=redis",
                        "-ext",
                        "san=" + name,
                        "-keystore",
                        file.toString(),
                        "-storepass",
                        PASSWORD)
                .inheritIO()
                .start();
        assertThat(keytool.waitFor()).as("keytool").isZero();
        return KeyStore.getInstance(file.toFile(), PASSWORD.toCharArray());
    }

    private static SSLSocketFactory trusting(KeyStore store) throws Exception {
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        trusted.setCertificateEntry("redis", store.getCertificate("redis"));
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(trusted);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, trust.getTrustManagers(), null);
        return context.getSocketFactory();
    }

    private Path pem(String kind, byte[] encoded) throws Exception {
        String lines = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(encoded);
        return Files.writeString(
                folder.resolve(kind.replace(' ', '-') + ".pem"),
                "-----BEGIN " + kind + "-----\n" + lines + "\n-----END " + kind + "-----\n");
    }
}
