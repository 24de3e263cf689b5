package dev.tidings.example;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.sse.BackplaneUnavailableException;
import dev.tidings.sse.Event;
import dev.tidings.sse.EventBroadcaster;
import dev.tidings.sse.Published;
import dev.tidings.sse.Retention;
import dev.tidings.sse.Topic;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** That who has gained a guild gets its topic, also where the word of it does not get through at first. */
class ReauthorizationTest {

    private final AtomicInteger failures = new AtomicInteger(2);

    @Test
    void aReauthorizationThatFailsIsTriedAgainAndItsEventComesOnce() {
        EventBroadcaster.Builder events = EventBroadcaster.builder().backplane(new BackplaneThatFailsAtFirst());
        Config config = TestConfig.of(Map.of("PORT", "0", "WEBHOOK_SECRET", TestBot.SECRET));
        try (ExampleApp app = ExampleApp.start(config, events)) {
            TestBrowser alice = new TestBrowser(app.address()).signIn("alice");
            TestBot bot = new TestBot(app.address());
            try (StreamReader stream = alice.stream()) {
                stream.next("stream.open");
                bot.send("guild-joined", "alice", "7");
                assertThat(stream.awaitReopened().json().get("new").get(0).asString())
                        .isEqualTo("guild:7");
                assertThat(failures).hasValueLessThanOrEqualTo(0);
                bot.send("bot-configured", "alice", "7");
                stream.next("guild-joined");
                stream.next("bot-configured");
            }
        }
    }

    private final class BackplaneThatFailsAtFirst extends TestBackplane {

        @Override
        public CompletionStage<Published> append(Topic topic, Event event, Retention retention, String key) {
            return topic.isControl() && failures.getAndDecrement() > 0
                    ? CompletableFuture.failedFuture(new BackplaneUnavailableException("it is away", true))
                    : super.append(topic, event, retention, key);
        }
    }
}
