package dev.tidings.sse.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.sse.Access;
import dev.tidings.sse.Topic;
import dev.tidings.sse.spi.FrameSubscriber;
import dev.tidings.sse.spi.StreamRequest;
import dev.tidings.sse.spi.Streams;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What piled up is joined once for all that stand at the same place, not once for each of thousands. */
class SharedBytesTest {

    private static final Topic GUILD = Topic.of("guild", "7");

    private final SteppedNode node = new SteppedNode();

    @Test
    void streamsAtTheSamePlaceAreOfferedTheSameArray() {
        List<Offered> streams = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            streams.add(open());
        }
        node.publish(GUILD, "a");
        node.publish(GUILD, "b");
        node.settle();

        byte[] first = streams.get(0).last;
        assertThat(new String(first)).contains("data: a", "data: b");
        assertThat(streams).allSatisfy(stream -> assertThat(stream.last).isSameAs(first));
    }

    private Offered open() {
        Offered stream = new Offered();
        Streams streams = node.delivery.streams();
        streams.open(new StreamRequest(Access.to(GUILD), streams.beginDecision(), null), stream)
                .ready();
        node.settle();
        return stream;
    }

    private static final class Offered implements FrameSubscriber {

        private byte[] last = {};

        @Override
        public Outcome offer(byte[] frames) {
            last = frames;
            return Outcome.TAKEN;
        }

        @Override
        public void end() {}

        @Override
        public void abort() {}
    }
}
