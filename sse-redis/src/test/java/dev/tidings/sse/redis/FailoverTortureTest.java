package dev.tidings.sse.redis;

import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** As {@link TortureTest}, where masters fail and take unreplicated events with them: then a gap says so. */
@Tag("faults")
@RequiresRedis(major = 7)
class FailoverTortureTest {

    @Test
    void clustersKeepThePromise() {
        Torture.run(Duration.ofSeconds(20), ClusterWorld::new);
    }

    @Test
    void sentinelsKeepThePromise() {
        Torture.run(Duration.ofSeconds(20), SentinelWorld::new);
    }
}
