package dev.tidings.example.outbox;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.example.db.Database;
import dev.tidings.example.db.TestDatabase;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class RelayLeaseTest {

    private final Database database = TestDatabase.open();
    private final RelayLease here = new RelayLease(database, Duration.ofHours(1));
    private final RelayLease there = new RelayLease(database, Duration.ofHours(1));

    @AfterEach
    void close() {
        database.close();
    }

    @Test
    void oneHoldsItAndGoesOnHoldingItUnderTheSameNumber() {
        long fence = here.hold();
        assertThat(fence).isPositive();
        assertThat(there.hold()).isEqualTo(RelayLease.NOT_HELD);
        assertThat(here.hold()).isEqualTo(fence);
    }

    @Test
    void anotherTakesItWhenItIsReleasedUnderANewNumber() {
        long fence = here.hold();
        here.release();
        assertThat(there.hold()).isGreaterThan(fence);
        assertThat(here.hold()).isEqualTo(RelayLease.NOT_HELD);
    }

    @Test
    void anotherTakesItWhenItHasRunOut() {
        RelayLease killed = new RelayLease(database, Duration.ofMillis(-1000)); // over before it began
        long fence = killed.hold();
        assertThat(there.hold()).isGreaterThan(fence);
    }

    @Test
    void whoReleasesWhatAnotherHoldsTakesNothingAway() {
        long fence = here.hold();
        there.release();
        assertThat(here.hold()).isEqualTo(fence);
    }
}
