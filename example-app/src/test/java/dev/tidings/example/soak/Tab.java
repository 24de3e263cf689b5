package dev.tidings.example.soak;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** One page: what it was told last, on whichever connection. Touched by the thread that reads. */
final class Tab {

    private static final String NUMBER = "\"n\":";
    private static final String TIME = "\"t\":";

    final int user;
    long lastNumber = -1; // none yet, or begun anew: any may come next
    private long openNanos;

    String lastEventId;

    private final StringBuilder line = new StringBuilder();
    private String type = "";
    private String id;

    Tab(int user) {
        this.user = user;
    }

    /** Learns of what a tab reads. */
    interface Listener {
        /** The stream has begun. */
        void opened(Tab tab);

        /** An event with a number came. */
        void numbered(Tab tab, long number, long sentNanos);

        /** A gap, or the end of the stream. */
        void control(Tab tab, String type, String data);
    }

    /** Forgets a line that was cut in two when the connection ended. */
    void connectionEnded() {
        line.setLength(0);
        type = "";
    }

    void read(ByteBuffer bytes, Listener listener) {
        while (bytes.hasRemaining()) {
            char next = (char) (bytes.get() & 0xff);
            if (next == '\n') {
                end(line.toString(), listener);
                line.setLength(0);
            } else if (next != '\r') {
                line.append(next);
            }
        }
    }

    /** Tells whether it was listening when something was sent. */
    boolean wasOpenAt(long nanos) {
        return nanos - openNanos > 0;
    }

    /** By HTTP/1.0, whose responses come in no chunks: these would begin in the middle of a line. */
    byte[] request(String cookie) {
        return ("GET /api/guilds/events HTTP/1.0\r\nHost: localhost\r\nAccept: text/event-stream\r\nCookie: " + cookie
                        + "\r\n" + (lastEventId == null ? "" : "Last-Event-ID: " + lastEventId + "\r\n") + "\r\n")
                .getBytes(StandardCharsets.US_ASCII);
    }

    private void end(String text, Listener listener) {
        if (text.startsWith("id: ")) {
            id = text.substring(4);
        } else if (text.startsWith("event: ")) {
            type = text.substring(7);
        } else if (text.startsWith("data: ")) {
            event(text.substring(6), listener);
        }
    }

    private void event(String data, Listener listener) {
        lastEventId = id; // not before: what was cut off behind its id must come again
        if (type.equals("stream.open")) {
            openNanos = System.nanoTime();
            listener.opened(this);
        } else if (type.startsWith("stream.")) {
            listener.control(this, type, data);
        } else if (data.contains(NUMBER)) {
            listener.numbered(this, number(data, NUMBER), number(data, TIME));
        }
    }

    private static long number(String data, String name) {
        int from = data.indexOf(name) + name.length();
        int to = from;
        while (Character.isDigit(data.charAt(to))) {
            to++;
        }
        return Long.parseLong(data.substring(from, to));
    }
}
