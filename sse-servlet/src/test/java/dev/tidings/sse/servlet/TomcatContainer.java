package dev.tidings.sse.servlet;

import jakarta.servlet.ServletContainerInitializer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.Set;
import java.util.stream.Stream;

/** Tomcat 11. */
final class TomcatContainer implements ServletContainer {

    private final Path directory;
    private final Late tomcat = Late.create("org.apache.catalina.startup.Tomcat");
    private final Late connector;
    private final Late context;

    TomcatContainer() {
        try {
            directory = Files.createTempDirectory("tidings-tomcat");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        directory.toFile().deleteOnExit(); // where a test never starts it
        tomcat.call("setSilent", true);
        tomcat.call("setBaseDir", directory.toString());
        tomcat.call("setPort", 0);
        connector = tomcat.call("getConnector");
        connector.call("setProperty", "address", "127.0.0.1");
        connector.call("setProperty", "acceptCount", "1000");
        connector.call("setProperty", "socket.txBufSize", Integer.toString(SEND_BUFFER));
        // As docs/deployment.md says, or it would show stack traces to whoever sends nonsense.
        Late errors = Late.create("org.apache.catalina.valves.ErrorReportValve");
        errors.call("setShowReport", false);
        tomcat.call("getHost").call("getPipeline").call("addValve", errors.target());
        context = tomcat.call("addContext", "", null);
        // They look into the JDK, which must not be looked into, and warn.
        context.call("setClearReferencesRmiTargets", false);
        context.call("setClearReferencesThreadLocals", false);
    }

    @Override
    public int start(ServletContainerInitializer application) {
        context.call("addServletContainerInitializer", application, Set.of());
        tomcat.call("start");
        return (int) connector.call("getLocalPort").target();
    }

    @Override
    public void reuseFacades() {
        connector.call("setDiscardFacades", false);
    }

    @Override
    public void speakHttp2() {
        connector.call(
                "addUpgradeProtocol",
                Late.create("org.apache.coyote.http2.Http2Protocol").target());
    }

    @Override
    public void waitOnStop(Duration atMost) {
        context.call("setUnloadDelay", atMost.toMillis());
    }

    @Override
    public void beforeStop(Runnable action) {
        tomcat.call("getServer")
                .call("addLifecycleListener", Late.listener("org.apache.catalina.LifecycleListener", event -> {
                    if (new Late(event).call("getType").target().equals("before_stop")) {
                        action.run();
                    }
                }));
    }

    @Override
    public void stop() throws IOException {
        tomcat.call("stop");
        tomcat.call("destroy");
        try (Stream<Path> files = Files.walk(directory)) {
            files.sorted(Comparator.reverseOrder()).map(Path::toFile).forEach(file -> file.delete());
        }
    }
}
