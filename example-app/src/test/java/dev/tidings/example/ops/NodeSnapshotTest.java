package dev.tidings.example.ops;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.example.json.Json;
import dev.tidings.sse.EventBroadcaster;
import dev.tidings.sse.StreamSummary;
import dev.tidings.sse.Topic;
import dev.tidings.sse.spi.Status;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class NodeSnapshotTest {

    @Test
    void howeverManyStreamsThereAreItFitsAnEvent() {
        List<Topic> longest = IntStream.range(0, 64)
                .mapToObj(i -> Topic.of("\"".repeat(250) + i))
                .toList();
        List<StreamSummary> streams = IntStream.range(0, 10_000)
                .mapToObj(i -> stream("Zm9vYmFyYmF6:" + i, "\u0000".repeat(5_000), longest, 3_600, 0))
                .toList();

        NodeSnapshot snapshot = snapshot(streams);

        assertThat(Json.write(snapshot).getBytes(UTF_8)).hasSizeLessThan(64 * 1024);
        assertThat(snapshot.streams()).isEqualTo(10_000);
        assertThat(snapshot.topicCount()).isEqualTo(64);
        assertThat(snapshot.connections()).hasSize(50);
    }

    @Test
    void thoseThatStandStillComeFirstAndThenTheYoungest() {
        List<StreamSummary> streams = new ArrayList<>();
        streams.add(stream("old", "1", List.of(Topic.of("a")), 500, 0));
        streams.add(stream("stuck", "2", List.of(Topic.of("a"), Topic.of("b")), 900, 4_000));
        streams.add(stream("young", null, List.of(Topic.of("a")), 5, 0));

        NodeSnapshot snapshot = snapshot(streams);

        assertThat(snapshot.connections())
                .extracting(NodeSnapshot.Connection::id)
                .containsExactly("stuck", "young", "old");
        assertThat(snapshot.slow()).isEqualTo(1);
        assertThat(snapshot.topics())
                .containsExactly(new NodeSnapshot.TopicReaders("a", 3), new NodeSnapshot.TopicReaders("b", 1));
        assertThat(snapshot.connections().get(0).stalledMillis()).isEqualTo(4_000);
    }

    private static NodeSnapshot snapshot(List<StreamSummary> streams) {
        try (EventBroadcaster broadcaster = EventBroadcaster.create()) {
            return NodeSnapshot.of("id", "node", Duration.ofDays(3), Status.FRESH, broadcaster.metrics(), streams);
        }
    }

    private static StreamSummary stream(
            String id, String principal, List<Topic> topics, long ageSeconds, long stalledMillis) {
        return new StreamSummary(
                id,
                principal,
                topics,
                Duration.ofSeconds(ageSeconds),
                Duration.ofMillis(7),
                Long.MAX_VALUE,
                Long.MAX_VALUE,
                Duration.ofMillis(stalledMillis));
    }
}
