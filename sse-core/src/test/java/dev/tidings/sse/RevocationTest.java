package dev.tidings.sse;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.sse.spi.FrameSubscriber;
import dev.tidings.sse.spi.Stream;
import dev.tidings.sse.spi.StreamRequest;
import dev.tidings.sse.spi.Streams;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a stream is given around its revocation, on real loops and threads. */
class RevocationTest {

    private static final int ROUNDS = 3_000;
    private static final Topic USER = Topic.of("user", "42");
    private static final Topic GUILD = Topic.of("guild", "7");

    private final EventBroadcaster broadcaster =
            EventBroadcaster.builder().loops(2).build();

    @AfterEach
    void close() {
        broadcaster.close();
    }

    /** A page that takes everything. */
    private static final class Page implements FrameSubscriber {

        private final StringBuffer text = new StringBuffer();
        private final CountDownLatch told = new CountDownLatch(1);
        private final CountDownLatch ended = new CountDownLatch(1);

        @Override
        public Outcome offer(byte[] frames) {
            text.append(new String(frames, StandardCharsets.UTF_8));
            told.countDown();
            return Outcome.TAKEN;
        }

        @Override
        public void end() {
            ended.countDown();
        }

        @Override
        public void abort() {
            ended.countDown();
        }
    }

    @Test
    void whatIsPublishedOnceARevocationIsCompleteIsNotForItsStreams() throws Exception {
        for (int i = 0; i < ROUNDS; i++) {
            Page page = open("user-" + i);
            publish(GUILD, "before");
            broadcaster
                    .revoke(Revocation.principal("user-" + i))
                    .toCompletableFuture()
                    .join();
            publish(USER, "secret");
            publish(GUILD, "secret");

            assertThat(page.ended.await(30, TimeUnit.SECONDS)).as("ended").isTrue();
            assertThat(page.text.toString())
                    .as("round %d", i)
                    .contains("\"revoked\"")
                    .doesNotContain("secret");
        }
    }

    private Page open(String principal) throws InterruptedException {
        Page page = new Page();
        Streams streams = broadcaster.streams();
        StreamRequest.Decision decision = streams.beginDecision();
        Access.Granted access = Access.to(USER, GUILD).principal(principal);
        Stream stream = streams.open(new StreamRequest(access, decision, null), page);
        stream.ready();
        assertThat(page.told.await(30, TimeUnit.SECONDS)).as("opened").isTrue();
        return page;
    }

    private void publish(Topic topic, String data) {
        broadcaster
                .publish(topic, Event.of("event", data))
                .toCompletableFuture()
                .join();
    }
}
