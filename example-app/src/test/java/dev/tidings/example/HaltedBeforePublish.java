package dev.tidings.example;

import dev.tidings.sse.Event;
import dev.tidings.sse.EventBroadcaster;
import dev.tidings.sse.Published;
import dev.tidings.sse.Retention;
import dev.tidings.sse.Topic;
import java.util.concurrent.CompletionStage;

/** The application as a process that dies at once, as by kill -9, between the commit of a webhook and its publish. */
final class HaltedBeforePublish extends TestBackplane {

    static final int EXIT_CODE = 137;

    public static void main(String[] args) {
        EventBroadcaster.Builder events = EventBroadcaster.builder().backplane(new HaltedBeforePublish());
        ExampleApp app = ExampleApp.start(Config.from(System.getenv()), events);
        System.out.println("runs: " + app.address());
    }

    @Override
    public CompletionStage<Published> append(Topic topic, Event event, Retention retention, String idempotencyKey) {
        Runtime.getRuntime().halt(EXIT_CODE);
        throw new AssertionError("halted");
    }
}
