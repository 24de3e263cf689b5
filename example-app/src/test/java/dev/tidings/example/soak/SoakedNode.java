package dev.tidings.example.soak;

import dev.tidings.example.Config;
import dev.tidings.example.ExampleApp;
import dev.tidings.sse.EventBroadcaster;
import dev.tidings.sse.Retention;
import java.time.Duration;

/**
 * The example application with logs that are full within a minute, and not within an hour: what grows after that is not what
 * is to be kept.
 */
final class SoakedNode {

    /** Longer than any tab of {@link Tabs} is away. */
    static final Duration RETENTION = Duration.ofSeconds(45);

    private SoakedNode() {}

    public static void main(String[] args) {
        ExampleApp app = ExampleApp.start(
                Config.from(System.getenv()),
                EventBroadcaster.builder().retention(Retention.DEFAULT.maxAge(RETENTION)));
        System.out.println("runs: " + app.address());
    }
}
