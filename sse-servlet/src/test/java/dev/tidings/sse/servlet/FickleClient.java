package dev.tidings.sse.servlet;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.sse.servlet.EventStreamReader.Received;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Opens stream after stream and breaks each off, at a random moment and in a random way, while its events are published;
 * in between it asks for something plain, over one connection that stays. What it reads must be its own, byte for byte.
 * Owned by one thread.
 */
final class FickleClient implements AutoCloseable {

    private final CanaryNode node;
    private final Random random;
    private final AtomicInteger canaries;
    private final AtomicInteger opensRead;
    private final KeepAliveClient plain;

    /**
     * @param canaries gives each stream a number of its own
     * @param opensRead counts the streams that were read from
     */
    FickleClient(CanaryNode node, Random random, AtomicInteger canaries, AtomicInteger opensRead) {
        this.node = node;
        this.random = random;
        this.canaries = canaries;
        this.opensRead = opensRead;
        this.plain = new KeepAliveClient(node.port());
    }

    private enum Moment {
        BEFORE_THE_HEAD,
        AFTER_THE_HEAD,
        AMONG_EVENTS
    }

    private enum Ending {
        RESET,
        CLOSE,
        HALF_CLOSE
    }

    /** Opens a stream and breaks it off. */
    void cycle() throws IOException {
        int canary = canaries.incrementAndGet();
        Moment moment = any(Moment.values());
        Ending ending = any(Ending.values());
        try {
            breakOff(canary, moment, ending);
        } catch (IOException | RuntimeException | AssertionError e) {
            throw new AssertionError("stream " + canary + ", " + ending + ' ' + moment, e);
        }
        if (random.nextInt(4) == 0) {
            askForSomethingPlain(canary);
        }
    }

    private void breakOff(int canary, Moment moment, Ending ending) throws IOException {
        boolean stuck = ending != Ending.HALF_CLOSE && random.nextInt(3) == 0;
        String target = CanaryNode.target(canary);
        try (Socket socket = stuck ? RawExchange.frozen(node.port(), target) : RawExchange.ask(node.port(), target)) {
            if (ending == Ending.HALF_CLOSE) {
                halfClose(socket, moment, canary);
            } else {
                readUntil(socket, moment, canary);
                publishSome(canary, stuck);
                socket.setSoLinger(ending == Ending.RESET, 0);
            }
        }
        publishSome(canary, stuck);
    }

    @Override
    public void close() throws IOException {
        plain.close();
    }

    private void readUntil(Socket socket, Moment moment, int canary) throws IOException {
        if (moment == Moment.BEFORE_THE_HEAD) {
            return;
        }
        EventStreamReader events = head(socket);
        if (moment == Moment.AMONG_EVENTS) {
            readOpen(events);
            readOwn(events, canary);
        }
    }

    /** Who says no more but listens is no peer that left: its events must come. */
    private void halfClose(Socket socket, Moment moment, int canary) throws IOException {
        if (moment == Moment.BEFORE_THE_HEAD) {
            socket.shutdownOutput();
        }
        EventStreamReader events = head(socket);
        if (moment == Moment.AFTER_THE_HEAD) {
            socket.shutdownOutput();
        }
        readOpen(events);
        readOwn(events, canary);
        if (moment == Moment.AMONG_EVENTS) {
            socket.shutdownOutput();
        }
        readOwn(events, canary);
    }

    private static EventStreamReader head(Socket socket) throws IOException {
        RawExchange exchange = RawExchange.answer(socket);
        assertThat(exchange.status()).isEqualTo(200);
        assertThat(exchange.header("Content-Type")).startsWith("text/event-stream");
        return exchange.events();
    }

    private void readOpen(EventStreamReader events) throws IOException {
        Received open = next(events);
        assertThat(open.type()).isEqualTo("stream.open");
        opensRead.incrementAndGet();
        assertThat(open.data()).isEqualTo("{\"heartbeat\":200,\"resumed\":false,\"new\":[]}");
    }

    private void readOwn(EventStreamReader events, int canary) throws IOException {
        node.publishSmall(canary);
        Received event = next(events);
        assertThat(event.type()).isEqualTo("canary");
        assertThat(event.data()).isEqualTo(CanaryNode.small(canary));
    }

    private void publishSome(int canary, boolean big) {
        for (int i = random.nextInt(4); i > 0; i--) {
            if (big) {
                node.publishBig(canary);
            } else {
                node.publishSmall(canary);
            }
        }
    }

    private void askForSomethingPlain(int number) throws IOException {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        boolean whole = plain.get(CanaryNode.plainTarget(number), body::writeBytes);
        assertThat(whole).as("a plain answer came to its end").isTrue();
        assertThat(body.toString(US_ASCII)).isEqualTo(CanaryNode.plainBody(number));
    }

    private static Received next(EventStreamReader events) throws IOException {
        return Objects.requireNonNull(events.next(), "the stream ended");
    }

    private <T> T any(T[] of) {
        return of[random.nextInt(of.length)];
    }
}
