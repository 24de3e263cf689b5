package dev.tidings.example.browser;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.sse.Access;
import dev.tidings.sse.Event;
import dev.tidings.sse.EventBroadcaster;
import dev.tidings.sse.Topic;
import dev.tidings.sse.servlet.AccessDecision;
import dev.tidings.sse.servlet.SseServlet;
import dev.tidings.sse.servlet.SseTransport;
import jakarta.servlet.http.Cookie;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicReference;
import org.eclipse.jetty.ee11.servlet.ServletContextHandler;
import org.eclipse.jetty.ee11.servlet.ServletHolder;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Pages of one origin that read streams of another, as a real browser judges it. */
class CrossOriginTest {

    private static final Topic TOPIC = Topic.of("user", "42");

    private final Profile profile = Chromium.newProfile();
    private final EventBroadcaster broadcaster = EventBroadcaster.create();
    private final AtomicReference<Runnable> whenAsked = new AtomicReference<>(() -> {}); // for the stream, next
    private final Server pages = new Server();
    private final Server api = new Server();
    private URI page;
    private URI stream;

    @BeforeEach
    void start() throws Exception {
        int pagePort = start(pages, "/*", new Page());
        page = URI.create("http://localhost:" + pagePort + "/");
        AccessDecision decision = request -> {
            whenAsked.getAndSet(() -> {}).run();
            return isSignedIn(request) ? Access.to(TOPIC).principal("42") : Access.denied();
        };
        SseTransport transport = SseTransport.of(broadcaster).allowedOrigins("http://localhost:" + pagePort);
        stream =
                URI.create("http://localhost:" + start(api, "/events", SseServlet.of(transport, decision)) + "/events");
    }

    @AfterEach
    void stop() throws Exception {
        try {
            profile.close();
        } finally {
            broadcaster.close();
            pages.stop();
            api.stop();
        }
    }

    @Test
    void theClientReadsResumesAndSeesTheHeartbeat() {
        Tab tab = profile.open(page.resolve("/?user=42"));
        open(tab, "new (await import('/sse/sse-client.js')).SseClient('" + stream + "', {credentials: 'include'})");
        tab.await("client.snapshot.state === 'open'");
        publish("1");
        tab.await("heard.join() === '1'");

        whenAsked.set(() -> publish("2")); // while it is away
        broadcaster.reauthorize("42"); // it comes back with its cursor, which a preflight asks for

        tab.await("heard.join() === '1,2'");
        assertThat(tab.eval("fetch('" + stream + "', {credentials: 'include', method: 'HEAD'})"
                                + ".then(answer => answer.headers.get('SSE-Heartbeat'))")
                        .asString())
                .isEqualTo("15000");
    }

    @Test
    void aNativeEventSourceReadsAndResumes() {
        Tab tab = profile.open(page.resolve("/?user=42"));
        open(
                tab,
                "Object.assign(new EventSource('" + stream + "', {withCredentials: true}),"
                        + " {on: EventSource.prototype.addEventListener, start() {}})");
        tab.await("client.readyState === EventSource.OPEN");
        publish("1");
        tab.await("heard.join() === '1'");

        whenAsked.set(() -> publish("2")); // while it is away
        broadcaster.reauthorize("42");

        tab.await("heard.join() === '1,2'");
    }

    @Test
    void theClientLearnsThatItIsNotSignedIn() {
        Tab tab = profile.open(page).expect("401");
        open(tab, "new (await import('/sse/sse-client.js')).SseClient('" + stream + "', {credentials: 'include'})");

        tab.await("client.snapshot.state === 'failed'");
        assertThat(tab.eval("client.snapshot.reason").asString()).isEqualTo("unauthorized");
    }

    @Test
    void anotherOriginHearsNothing() {
        URI foreign = URI.create("http://127.0.0.1:" + page.getPort() + "/?user=42");
        Tab tab = profile.open(foreign).expect("CORS policy").expect("ERR_FAILED");
        open(tab, "new (await import('/sse/sse-client.js')).SseClient('" + stream + "', {credentials: 'include'})");

        tab.await("client.snapshot.reason === 'network'");
        assertThat(tab.eval("heard.length").asInt()).isZero();
    }

    /** Makes a client of what the expression returns, and notes what it hears. */
    private static void open(Tab tab, String expression) {
        tab.eval("(async () => { window.heard = []; window.client = " + expression + ";"
                + " client.on('note', note => heard.push(note.data ?? note)); client.start(); })()");
    }

    private void publish(String data) {
        broadcaster.publish(TOPIC, Event.of("note", data)).toCompletableFuture().join();
    }

    private static int start(Server server, String path, HttpServlet servlet) throws Exception {
        ServerConnector connector = new ServerConnector(server);
        server.addConnector(connector);
        ServletContextHandler context = new ServletContextHandler();
        ServletHolder holder = new ServletHolder(servlet);
        holder.setAsyncSupported(true);
        context.addServlet(holder, path);
        server.setHandler(context);
        server.start();
        return connector.getLocalPort();
    }

    private static boolean isSignedIn(HttpServletRequest request) {
        Cookie[] cookies = request.getCookies();
        return cookies != null
                && Arrays.stream(cookies).anyMatch(cookie -> cookie.getName().equals("user"));
    }

    /** An empty page, and the client's module; whoever asks for it as a user is signed in. */
    private static final class Page extends HttpServlet {

        private static final long serialVersionUID = 1L;

        @Override
        protected void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
            if (request.getRequestURI().startsWith("/sse/")) {
                response.setContentType("text/javascript");
                try (InputStream module =
                        SseServlet.class.getResourceAsStream("/META-INF/resources" + request.getRequestURI())) {
                    module.transferTo(response.getOutputStream());
                }
                return;
            }
            if (request.getParameter("user") != null) {
                response.addCookie(new Cookie("user", request.getParameter("user")));
            }
            response.setContentType("text/html");
            response.getWriter().println("<!doctype html><title>A page</title><link rel=icon href=data:,>");
        }
    }
}
