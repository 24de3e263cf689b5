package dev.tidings.sse.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Whose turn it is on a loop where something always is at hand. */
class DeliveryLoopTest {

    private static final int MANY_STEPS = 1_000;

    private final SteppedNode node = new SteppedNode();
    private int timers;
    private int turns;

    @Test
    void tasksWithoutEndKeepNeitherTimersNorTurnsFromTheirStep() {
        taskAfterTask();
        node.loop().after(Duration.ZERO, () -> timers++);
        node.loop().enqueue(this::turn);

        step();

        assertThat(timers).isEqualTo(1);
        assertThat(turns).isPositive();
    }

    @Test
    void timersWithoutEndKeepNoTurnFromItsStep() {
        timerAfterTimer();
        node.loop().enqueue(this::turn);

        step();

        assertThat(timers).isPositive();
        assertThat(turns).isPositive();
    }

    private void step() {
        for (int i = 0; i < MANY_STEPS; i++) {
            node.loop().step();
        }
    }

    private void taskAfterTask() {
        node.loop().execute(this::taskAfterTask);
    }

    private void timerAfterTimer() {
        timers++;
        node.loop().after(Duration.ZERO, this::timerAfterTimer);
    }

    private boolean turn() {
        turns++;
        return true;
    }
}
