package dev.tidings.sse.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.sse.testing.ManualClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class TimersTest {

    private final ManualClock time = new ManualClock();
    private final Timers timers = new Timers(time);
    private final List<Integer> ran = new ArrayList<>();

    @Test
    void cancelledTimersTakeNoRoomUntilTheyWouldBeDue() {
        timers.after(Duration.ofHours(12), () -> ran.add(0));
        for (int i = 0; i < 100_000; i++) {
            timers.after(Duration.ofHours(12), () -> ran.add(1)).cancel();
        }
        assertThat(timers.size()).isLessThan(200);
    }

    @Test
    void whatIsNotCancelledRunsInItsOrderWhateverIsCancelledAround() {
        long seed = Long.getLong("tidings.seed", System.nanoTime());
        System.out.println("[timers] seed " + seed);
        Random random = new Random(seed);
        List<Integer> wanted = new ArrayList<>();
        List<Timers.Timer> toCancel = new ArrayList<>();
        for (int i = 0; i < 5_000; i++) {
            int millis = random.nextInt(1_000);
            Timers.Timer timer = timers.after(Duration.ofMillis(millis), () -> ran.add(millis));
            if (random.nextInt(4) == 0) {
                wanted.add(millis);
            } else {
                toCancel.add(timer);
            }
        }
        Collections.shuffle(toCancel, random);
        toCancel.forEach(Timers.Timer::cancel);
        toCancel.forEach(Timers.Timer::cancel); // a second time, which is nothing

        time.advance(Duration.ofSeconds(1));
        while (timers.runDue()) {
            // until none is left
        }

        Collections.sort(wanted);
        assertThat(ran).isEqualTo(wanted);
        assertThat(timers.size()).isZero();
        assertThat(timers.nanosToNext()).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void oneThatHasRunCanBeCancelledToNoEffect() {
        Timers.Timer first = timers.after(Duration.ZERO, () -> ran.add(1));
        timers.after(Duration.ZERO, () -> ran.add(2));
        timers.runDue();
        first.cancel();
        timers.runDue();
        assertThat(ran).containsExactlyInAnyOrder(1, 2);
        assertThat(timers.runDue()).isFalse();
    }
}
