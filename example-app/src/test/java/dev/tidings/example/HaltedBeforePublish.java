package dev.tidings.example;

import dev.tidings.sse.Event;
import dev.tidings.sse.Published;
import dev.tidings.sse.Retention;
import dev.tidings.sse.Topic;
import java.util.concurrent.CompletionStage;

/** The application as a process that dies at once, as by kill -9, between the commit of a webhook and its publish. */
final class HaltedBeforePublish extends TestBackplane {

    public static void main(String[] args) {
        HaltingNode.run(new HaltedBeforePublish());
    }

    @Override
    public CompletionStage<Published> append(Topic topic, Event event, Retention retention, String idempotencyKey) {
        HaltingNode.halt();
        throw new AssertionError("halted");
    }
}
