package dev.tidings.example;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.sse.Event;
import dev.tidings.sse.EventBroadcaster;
import dev.tidings.sse.Position;
import dev.tidings.sse.Published;
import dev.tidings.sse.Retention;
import dev.tidings.sse.Topic;
import dev.tidings.sse.spi.Page;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** That nothing falls between a page's data and its stream. */
class SnapshotTest {

    private final AtomicReference<Runnable> beforePosition = new AtomicReference<>();
    private final CountDownLatch published = new CountDownLatch(1);

    /** Were the data read before the cursor is taken, the guild would be in neither: its event is before the cursor. */
    @Test
    void whatIsPublishedBeforeTheCursorIsInTheData() {
        EventBroadcaster.Builder events = EventBroadcaster.builder().backplane(new BackplaneWithAHook());
        Config config = TestConfig.of(Map.of("PORT", "0", "WEBHOOK_SECRET", TestBot.SECRET));
        try (ExampleApp app = ExampleApp.start(config, events)) {
            TestBrowser alice = new TestBrowser(app.address()).signIn("alice");
            beforePosition.set(() -> {
                new TestBot(app.address()).send("guild-joined", "alice", "7");
                awaitPublished();
            });
            assertThat(alice.installedGuilds()).containsExactly("7");
            assertThat(beforePosition.get()).as("the cursor was taken").isNull();
        }
    }

    private void awaitPublished() {
        try {
            assertThat(published.await(30, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private final class BackplaneWithAHook extends TestBackplane {

        @Override
        public CompletionStage<Published> append(Topic topic, Event event, Retention retention, String key) {
            return super.append(topic, event, retention, key).whenComplete((done, failure) -> {
                if (isOfAUser(topic)) {
                    published.countDown();
                }
            });
        }

        private static boolean isOfAUser(Topic topic) {
            return topic.name().startsWith("user:");
        }

        @Override
        public CompletionStage<Page> read(Topic topic, Position after, int maxEntries, int maxBytes) {
            // What the application follows for itself may be read at any time.
            Runnable hook = isOfAUser(topic) ? beforePosition.getAndSet(null) : null;
            if (hook != null) {
                hook.run();
            }
            return super.read(topic, after, maxEntries, maxBytes);
        }
    }
}
