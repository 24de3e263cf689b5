package dev.tidings.benchmarks.peers;

import dev.tidings.sse.Access;
import dev.tidings.sse.Event;
import dev.tidings.sse.EventBroadcaster;
import dev.tidings.sse.Topic;
import dev.tidings.sse.servlet.SseServlet;
import org.eclipse.jetty.ee11.servlet.ServletContextHandler;
import org.eclipse.jetty.ee11.servlet.ServletHolder;
import org.eclipse.jetty.server.ServerConnector;

/** Tidings in Jetty. */
final class TidingsOnJetty {

    private static final Topic TOPIC = Topic.of("news");

    private TidingsOnJetty() {}

    public static void main(String[] args) throws Exception {
        EventBroadcaster broadcaster =
                EventBroadcaster.builder().maxStreams(20_000).build();
        ServletHolder events = new ServletHolder(SseServlet.of(broadcaster, request -> Access.to(TOPIC)));
        events.setAsyncSupported(true);
        ServletContextHandler context = new ServletContextHandler();
        context.addServlet(events, "/events");
        org.eclipse.jetty.server.Server server = new org.eclipse.jetty.server.Server();
        ServerConnector connector = new ServerConnector(server, 1, 1);
        connector.setHost("localhost");
        connector.setAcceptQueueSize(4096);
        server.addConnector(connector);
        server.setHandler(context);
        server.start();
        Server.serve(connector.getLocalPort(), data -> broadcaster.publish(TOPIC, Event.of("news", data)));
    }
}
