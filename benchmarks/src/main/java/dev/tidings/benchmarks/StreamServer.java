package dev.tidings.benchmarks;

import dev.tidings.sse.Access;
import dev.tidings.sse.EventBroadcaster;
import dev.tidings.sse.Topic;
import dev.tidings.sse.servlet.SseServlet;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.apache.catalina.Context;
import org.apache.catalina.LifecycleException;
import org.apache.catalina.Wrapper;
import org.apache.catalina.connector.Connector;
import org.apache.catalina.startup.Tomcat;
import org.eclipse.jetty.ee11.servlet.ServletContextHandler;
import org.eclipse.jetty.ee11.servlet.ServletHolder;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;

/**
 * A process that serves streams of one topic: {@code StreamServer jetty|tomcat|tomcat-tuned}. It prints its port, and
 * for each line of its input what it takes by then; it ends with its input.
 */
public final class StreamServer {

    private static final Topic TOPIC = Topic.of("guild", "7");

    private final EventBroadcaster broadcaster = EventBroadcaster.builder()
            .heartbeat(Duration.ofHours(1))
            .maxStreams(Integer.MAX_VALUE)
            .build();
    private final SseServlet events = SseServlet.of(broadcaster, request -> Access.to(TOPIC));

    private StreamServer() {}

    public static void main(String[] args) throws Exception {
        StreamServer server = new StreamServer();
        int port = switch (args[0]) {
            case "jetty" -> server.jetty();
            case "tomcat" -> server.tomcat(false);
            case "tomcat-tuned" -> server.tomcat(true);
            default -> throw new IllegalArgumentException("no such container: " + args[0]);
        };
        System.out.println("listening " + port);
        BufferedReader commands = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII));
        while (commands.readLine() != null) {
            System.out.println("usage " + Usage.now());
        }
        System.exit(0); // the containers' threads are no daemons
    }

    private int jetty() throws Exception {
        Server server = new Server();
        ServerConnector connector = new ServerConnector(server, 1, 1);
        connector.setHost("127.0.0.1");
        server.addConnector(connector);
        ServletContextHandler context = new ServletContextHandler("/");
        ServletHolder holder = new ServletHolder(events);
        holder.setAsyncSupported(true);
        context.addServlet(holder, "/events");
        server.setHandler(context);
        server.start();
        return connector.getLocalPort();
    }

    private int tomcat(boolean tuned) throws IOException, LifecycleException {
        Tomcat tomcat = new Tomcat();
        tomcat.setSilent(true);
        Path directory = Files.createTempDirectory("tidings-tomcat");
        directory.toFile().deleteOnExit();
        tomcat.setBaseDir(directory.toString());
        tomcat.setPort(0);
        Connector connector = tomcat.getConnector();
        connector.setProperty("address", "127.0.0.1");
        connector.setProperty("maxConnections", "-1");
        if (tuned) {
            connector.setProperty("socket.appReadBufSize", "512");
            connector.setProperty("maxHttpRequestHeaderSize", "4096");
            connector.setProperty("maxHttpResponseHeaderSize", "1024");
        }
        Context context = tomcat.addContext("", null);
        Wrapper wrapper = Tomcat.addServlet(context, "events", events);
        wrapper.setAsyncSupported(true);
        context.addServletMappingDecoded("/events", "events");
        tomcat.start();
        return connector.getLocalPort();
    }
}
