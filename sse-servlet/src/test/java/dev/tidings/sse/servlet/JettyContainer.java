package dev.tidings.sse.servlet;

import jakarta.servlet.ServletContainerInitializer;
import java.time.Duration;
import java.util.Collection;
import org.eclipse.jetty.ee11.servlet.ServletContextHandler;
import org.eclipse.jetty.http2.server.HTTP2CServerConnectionFactory;
import org.eclipse.jetty.io.ArrayByteBufferPool;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.handler.GracefulHandler;
import org.eclipse.jetty.util.component.LifeCycle;

/** Jetty 12.1. */
final class JettyContainer implements ServletContainer {

    private final Server server;
    private final ServerConnector connector;
    private final ServletContextHandler context = new ServletContextHandler("/");

    JettyContainer() {
        this(new ArrayByteBufferPool());
    }

    private JettyContainer(ArrayByteBufferPool buffers) {
        server = new Server(null, null, buffers);
        connector = new ServerConnector(server);
        connector.setHost("127.0.0.1");
        connector.setAcceptQueueSize(1000);
        connector.setAcceptedSendBufferSize(SEND_BUFFER);
        server.addConnector(connector);
        server.setHandler(context);
    }

    @Override
    public int start(ServletContainerInitializer application) throws Exception {
        context.addServletContainerInitializer(application);
        server.start();
        return connector.getLocalPort();
    }

    @Override
    public void speakHttp2() {
        connector.addConnectionFactory(new HTTP2CServerConnectionFactory(new HttpConfiguration()));
    }

    @Override
    public void waitOnStop(Duration atMost) {
        server.setHandler(new GracefulHandler(context));
        server.setStopTimeout(atMost.toMillis());
    }

    @Override
    public void beforeStop(Runnable action) {
        server.addEventListener(new LifeCycle.Listener() {
            @Override
            public void lifeCycleStopping(LifeCycle stopping) {
                action.run();
            }
        });
    }

    /** Returns one that knows its {@link #buffersInUse}. */
    static JettyContainer tracking() {
        return new JettyContainer(new ArrayByteBufferPool.Tracking());
    }

    Collection<?> buffersInUse() {
        return ((ArrayByteBufferPool.Tracking) server.getByteBufferPool()).getLeaks();
    }

    @Override
    public void stop() throws Exception {
        server.stop();
    }
}
