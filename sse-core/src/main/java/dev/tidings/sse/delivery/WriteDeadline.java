package dev.tidings.sse.delivery;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How long a reader's outlet has taken nothing, and when that is too long. Apart from its {@link Reader}, of which
 * thousands are visited for each event, since few are ever slow. Owned by its loop's thread.
 */
final class WriteDeadline {

    private final Reader reader;
    private final DeliveryLoop loop;
    private final Meters meters;

    private boolean slow; // the outlet said that it is not ready, and has not said otherwise since
    private Timers.@Nullable Timer timer;
    private long since;

    WriteDeadline(Reader reader, Meters meters) {
        this.reader = reader;
        this.loop = reader.loop();
        this.meters = meters;
    }

    /** The outlet has said that it is not ready. */
    void blocked() {
        if (!slow) {
            slow = true;
            meters.slow(true);
        }
        if (reader.outlet().isConnection()) {
            begin();
        }
    }

    /** The outlet takes something again. */
    void over() {
        if (slow) {
            slow = false;
            meters.slow(false);
        }
    }

    /** The reader has ended, and is not to be kept until the time is up. */
    void end() {
        over();
        if (timer != null) {
            timer.cancel();
        }
    }

    /** Begins for an outlet that has never been ready, unless that was done. */
    void beginOnce() {
        if (timer == null) {
            begin();
        }
    }

    /** Returns for how long the outlet has taken nothing since it said so. */
    Duration lasted(long now) {
        return slow ? Duration.ofNanos(Math.max(0, now - since)) : Duration.ZERO;
    }

    private void begin() {
        since = loop.time().nanos();
        if (timer == null) {
            arm(loop.settings().writeDeadline());
        }
    }

    private void arm(Duration left) {
        timer = loop.after(left, this::check);
    }

    private void check() {
        timer = null;
        if (!reader.awaitsOutlet()) {
            return;
        }
        Duration left = loop.settings().writeDeadline().minusNanos(loop.time().nanos() - since);
        if (left.isNegative() || left.isZero()) {
            reader.tooSlow();
        } else {
            arm(left);
        }
    }
}
