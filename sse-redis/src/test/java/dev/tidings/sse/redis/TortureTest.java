package dev.tidings.sse.redis;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/**
 * The five sentences of the promise, while everything goes wrong. {@link TortureRound} says what that is, {@link Torture}
 * how to have more of it.
 */
class TortureTest {

    @Test
    void theTestItselfAsksForNothingThatCannotBeHad() {
        Torture.run(Duration.ofSeconds(2), MemoryWorld::new);
    }
}
