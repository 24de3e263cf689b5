package dev.tidings.sse.servlet;

import jakarta.servlet.ServletContainerInitializer;
import java.time.Duration;

/**
 * A container to run tests in, on a free port of the loopback interface. Everything else is the standard API's.
 *
 * <p>Each is on the class path alone, in a JVM of its own: the build runs the tests tagged {@link #TAG} once per
 * container, and says which by the system property {@code tidings.container}.
 */
interface ServletContainer {

    /** Marks the tests that run in every container. */
    String TAG = "container";

    /** What a connection may hold in the kernel, in bytes: little, so that a peer that does not read is stuck soon. */
    int SEND_BUFFER = 16 * 1024;

    /** Starts with one application at the root, and returns the port. */
    int start(ServletContainerInitializer application) throws Exception;

    /** Hands the same objects to request after request, where it need not; to be called before the start. */
    default void reuseFacades() {}

    /** Speaks HTTP/2 as well, in plain text; to be called before the start. */
    void speakHttp2();

    /** Makes the stop wait for requests that are not over; to be called before the start. */
    void waitOnStop(Duration atMost);

    /** Does this first when it stops, by the hook that the documentation gives; to be called before the start. */
    void beforeStop(Runnable action);

    void stop() throws Exception;

    /** Returns a new one of those that this JVM is for. */
    static ServletContainer create() {
        return switch (name()) {
            case "jetty" -> new JettyContainer();
            case "tomcat" -> new TomcatContainer();
            default -> throw new IllegalArgumentException("no such container: " + name());
        };
    }

    /** Tells whether this JVM is for Jetty. */
    static boolean inJetty() {
        return name().equals("jetty");
    }

    private static String name() {
        return System.getProperty("tidings.container", "jetty");
    }
}
