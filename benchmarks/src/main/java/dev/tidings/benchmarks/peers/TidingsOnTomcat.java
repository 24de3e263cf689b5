package dev.tidings.benchmarks.peers;

import dev.tidings.sse.Access;
import dev.tidings.sse.Event;
import dev.tidings.sse.EventBroadcaster;
import dev.tidings.sse.Topic;
import dev.tidings.sse.servlet.SseServlet;
import java.nio.file.Files;
import org.apache.catalina.Context;
import org.apache.catalina.Wrapper;
import org.apache.catalina.connector.Connector;
import org.apache.catalina.startup.Tomcat;

/** Tidings in Tomcat, with the three settings that its documentation asks for. */
final class TidingsOnTomcat {

    private static final Topic TOPIC = Topic.of("news");

    private TidingsOnTomcat() {}

    public static void main(String[] args) throws Exception {
        EventBroadcaster broadcaster =
                EventBroadcaster.builder().maxStreams(20_000).build();
        Tomcat tomcat = new Tomcat();
        tomcat.setBaseDir(Files.createTempDirectory("tomcat").toString());
        Context context = tomcat.addContext("", null);
        Wrapper events = Tomcat.addServlet(context, "events", SseServlet.of(broadcaster, request -> Access.to(TOPIC)));
        events.setAsyncSupported(true);
        context.addServletMappingDecoded("/events", "events");
        Connector connector = new Connector();
        connector.setPort(0);
        connector.setProperty("address", "localhost");
        connector.setProperty("maxConnections", "20000");
        connector.setProperty("acceptCount", "4096");
        connector.setProperty("socket.appReadBufSize", "512");
        connector.setProperty("maxHttpRequestHeaderSize", "4096");
        connector.setProperty("maxHttpResponseHeaderSize", "1024");
        tomcat.setConnector(connector);
        tomcat.start();
        Server.serve(connector.getLocalPort(), data -> broadcaster.publish(TOPIC, Event.of("news", data)));
    }
}
