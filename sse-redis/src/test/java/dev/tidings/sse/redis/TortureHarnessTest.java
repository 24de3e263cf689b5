package dev.tidings.sse.redis;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/** What the torture test asks for can be had: logs in this process give it. */
class TortureHarnessTest {

    @Test
    void logsInMemoryKeepThePromise() {
        Torture.run(Duration.ofSeconds(2), MemoryWorld::new);
    }
}
