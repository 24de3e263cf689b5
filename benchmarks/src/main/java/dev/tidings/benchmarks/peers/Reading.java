package dev.tidings.benchmarks.peers;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** One connection's place in what it reads: finds the number and the time of each event, whatever is around them. */
final class Reading {

    private static final byte[] NUMBER = "\"n\":".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] TIME = "\"t\":".getBytes(StandardCharsets.US_ASCII);

    private byte[] wanted = NUMBER;
    private int matched;
    private long value;
    private long number;
    private long last = -1;

    /** Learns of events. */
    interface Events {
        /**
         * An event came.
         *
         * @param missing how many lie between it and the one before; negative for one that came twice or late
         */
        void event(long sentNanos, long missing);
    }

    void read(ByteBuffer bytes, Events events) {
        while (bytes.hasRemaining()) {
            byte next = bytes.get();
            if (matched < wanted.length) {
                matched = next == wanted[matched] ? matched + 1 : next == wanted[0] ? 1 : 0;
            } else if (next >= '0' && next <= '9') {
                value = value * 10 + next - '0';
            } else {
                end(events);
            }
        }
    }

    private void end(Events events) {
        if (wanted == NUMBER) {
            number = value;
            wanted = TIME;
        } else {
            events.event(value, last < 0 ? 0 : number - last - 1);
            last = number;
            wanted = NUMBER;
        }
        matched = 0;
        value = 0;
    }
}
