package dev.tidings.sse.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class ManualClockTest {

    private final ManualClock clock = new ManualClock();

    @Test
    void bothClocksStandStillUntilTimePasses() {
        long nanos = clock.nanos();
        Instant wall = clock.instant();

        clock.advance(Duration.ofHours(1));

        assertThat(clock.nanos() - nanos).isEqualTo(Duration.ofHours(1).toNanos());
        assertThat(Duration.between(wall, clock.instant())).isEqualTo(Duration.ofHours(1));
        assertThat(clock.millis()).isEqualTo(clock.instant().toEpochMilli());
    }

    @Test
    void fractionsOfAMillisecondAddUp() {
        long millis = clock.millis();

        clock.advance(Duration.ofNanos(600_000));
        clock.advance(Duration.ofNanos(600_000));

        assertThat(clock.millis() - millis).isEqualTo(1);
    }

    @Test
    void theWallClockJumpsAlone() {
        long nanos = clock.nanos();
        long millis = clock.millis();

        clock.jump(Duration.ofMinutes(-5));

        assertThat(clock.nanos()).isEqualTo(nanos);
        assertThat(clock.millis() - millis).isEqualTo(-300_000);
    }

    @Test
    void timeDoesNotPassBackwards() {
        assertThatThrownBy(() -> clock.advance(Duration.ofNanos(-1)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("time must not be negative, was PT-0.000000001S");
    }
}
