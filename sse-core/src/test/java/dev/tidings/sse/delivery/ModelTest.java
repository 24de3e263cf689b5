package dev.tidings.sse.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Thousands of short random schedules against a plain list: for every client and topic, what was received, plus what a gap
 * explained, plus what was not asked for, is what was published, in order and without a duplicate.
 *
 * <p>{@code -Dtidings.model.schedules=100000} runs more of them. A failure names its own seed; with
 * {@code -Dtidings.model.seed=S -Dtidings.model.schedules=1} it comes again.
 */
class ModelTest {

    private static final Logger LOG = Logger.getLogger("dev.tidings.sse.delivery");

    private final List<LogRecord> failures = new ArrayList<>();
    private final Handler recording = new Handler() {
        @Override
        public void publish(LogRecord entry) {
            if (entry.getLevel().intValue() >= Level.SEVERE.intValue()) {
                failures.add(entry);
            }
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    };

    @BeforeEach
    void listen() {
        LOG.addHandler(recording);
    }

    @AfterEach
    void stopListening() {
        LOG.removeHandler(recording);
    }

    @Test
    void everyClientsLifeAddsUp() {
        long seed = Long.getLong("tidings.model.seed", System.nanoTime());
        int schedules = Integer.getInteger("tidings.model.schedules", 2_500);
        ModelSchedule.Totals totals = new ModelSchedule.Totals();
        for (int i = 0; i < schedules; i++) {
            ModelSchedule schedule = new ModelSchedule(seed + i, totals);
            try {
                schedule.run();
                assertThat(failures).as("failures that were logged").isEmpty();
            } catch (AssertionError | RuntimeException e) {
                String again = "-Dtidings.model.seed=" + (seed + i) + " -Dtidings.model.schedules=1";
                throw new AssertionError(e.getMessage() + "\n" + again + "\n" + schedule.story(), e);
            }
        }
        if (schedules > 1_000) {
            totals.assertThatEverythingHappened();
        }
    }
}
