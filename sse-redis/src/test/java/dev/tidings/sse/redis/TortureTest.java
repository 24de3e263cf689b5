package dev.tidings.sse.redis;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/**
 * The promise, while everything goes wrong: every acknowledged event comes once and in order to everybody who asked for
 * it, on every node alike. {@link TortureRound} says what goes wrong, {@link Torture} how to have more of it.
 */
@RequiresRedis
class TortureTest {

    @Test
    void aServerThatForgetsNothingKeepsThePromise() {
        Torture.run(Duration.ofSeconds(12), StandaloneWorld::new);
    }
}
