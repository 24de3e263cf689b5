package dev.tidings.example;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.example.db.Database;
import dev.tidings.example.web.HealthEndpoint;
import dev.tidings.example.web.WebServer;
import dev.tidings.sse.EventBroadcaster;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.util.UUID;
import org.h2.tools.Server;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What load balancers are told: when to send nothing here. A restart, which {@code live} is for, would mend none of it. */
class HealthTest {

    private final TestBackplane backplane = new TestBackplane();
    private final EventBroadcaster broadcaster = EventBroadcaster.create(backplane);
    private final WebServer server = new WebServer(0);
    private Server databaseServer;
    private Database database;
    private HealthEndpoint health;

    @BeforeEach
    void start() throws Exception {
        databaseServer = Server.createTcpServer("-tcpPort", "0", "-ifNotExists").start();
        database = Database.open("jdbc:h2:tcp://localhost:" + databaseServer.getPort() + "/mem:" + UUID.randomUUID());
        health = new HealthEndpoint(database, broadcaster);
        server.get("/health/live", health::live);
        server.get("/health/ready", health::ready);
        server.start();
    }

    @AfterEach
    void stop() {
        ExtendingTest.stop(server);
        broadcaster.close();
        database.close();
        databaseServer.stop();
    }

    @Test
    void itIsReadyWhileAllIsWell() throws Exception {
        assertReady(200, "{\"status\":\"up\",\"database\":\"up\",\"backplane\":\"fresh\",\"draining\":false}");
    }

    @Test
    void withoutItsDatabaseItIsNotReady() throws Exception {
        databaseServer.stop();
        assertReady(503, "{\"status\":\"down\",\"database\":\"down\",\"backplane\":\"fresh\",\"draining\":false}");
    }

    @Test
    void withAStaleBackplaneItIsNotReadyUntilThatIsBack() throws Exception {
        backplane.away(true);
        assertReady(503, "{\"status\":\"down\",\"database\":\"up\",\"backplane\":\"stale\",\"draining\":false}");
        backplane.away(false);
        itIsReadyWhileAllIsWell();
    }

    @Test
    void whileItDrainsItIsNotReady() throws Exception {
        health.draining();
        assertReady(503, "{\"status\":\"down\",\"database\":\"up\",\"backplane\":\"fresh\",\"draining\":true}");
    }

    private void assertReady(int status, String body) throws IOException {
        assertThat(get("/health/ready")).isEqualTo(status + " " + body + "\n");
        assertThat(get("/health/live")).isEqualTo("200 {\"status\":\"up\"}\n");
    }

    /** Asks over a connection of its own, which the server need not wait for when it stops. */
    private String get(String path) throws IOException {
        HttpURLConnection connection =
                (HttpURLConnection) server.address().resolve(path).toURL().openConnection();
        connection.setRequestProperty("Connection", "close");
        int status = connection.getResponseCode();
        try (InputStream body = status == 200 ? connection.getInputStream() : connection.getErrorStream()) {
            return status + " " + new String(body.readAllBytes(), UTF_8);
        } finally {
            connection.disconnect();
        }
    }
}
