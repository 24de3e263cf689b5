package dev.tidings.sse.spi;

/** The two clocks that delivery goes by. Thread-safe. */
public interface TimeSource {

    /** The clocks of this machine. */
    TimeSource SYSTEM = new TimeSource() {
        @Override
        public long nanos() {
            return System.nanoTime();
        }

        @Override
        public long millis() {
            return System.currentTimeMillis();
        }
    };

    /** A clock that only goes forward, for intervals; its values compare by difference. */
    long nanos();

    /** The wall clock, for what people and other machines mean by a time. */
    long millis();
}
