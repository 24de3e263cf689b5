package dev.tidings.sse.redis;

import dev.tidings.sse.Access;
import dev.tidings.sse.Gap;
import dev.tidings.sse.Revocation;
import dev.tidings.sse.Topic;
import dev.tidings.sse.spi.FrameSubscriber;
import dev.tidings.sse.spi.Stream;
import dev.tidings.sse.spi.StreamRequest;
import dev.tidings.sse.spi.Streams;
import dev.tidings.sse.testing.EventStreamParser;
import dev.tidings.sse.testing.ServerSentEvent;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/**
 * A page with an EventSource: it sees what is on the wire, and comes back with the last id that it saw there. Each of its
 * connections is a session of its own, which may be revoked.
 */
final class StreamVisitor extends Visitor {

    /** An event that came to a session after its revocation was answered; begun before that, it may. */
    record Late(String session, String data, long answeredNanos) {}

    private final List<String> complaints = new CopyOnWriteArrayList<>();
    private final List<Late> late = new CopyOnWriteArrayList<>();

    // Touched by the director's thread only.
    private String lastEventId = "";
    private int sessions;
    private @Nullable Connection connection;

    StreamVisitor(String name, List<Topic> topics, boolean filtering) {
        super(name, topics, filtering);
    }

    @Override
    void connect(TortureNode.Life node) {
        Streams streams = node.broadcaster().streams();
        Access.Granted access = Access.to(topics())
                .filter(event -> diary().asksFor(event.data()))
                .sessionId(this + "#" + ++sessions);
        connection = new Connection(session(), lastEventId);
        connection.stream = streams.open(
                new StreamRequest(access, streams.beginDecision(), lastEventId.isEmpty() ? null : lastEventId),
                connection);
        connection.stream.ready();
    }

    @Override
    void leave() {
        if (connection != null) {
            lastEventId = connection.cut();
            connection.stream.gone();
            connection = null;
        }
    }

    @Override
    boolean isConnected() {
        return connection != null && connection.isOpen();
    }

    /** Returns the session of the connection that it has or had last. */
    String session() {
        return this + "#" + sessions;
    }

    /** Has a node revoke its session. Unless that fails, it does not leave any more by itself: it has to be ended. */
    CompletionStage<Void> revokeBy(TortureNode.Life node) {
        Connection withdrawn = connection;
        withdrawn.revoked = true;
        Revocation revocation = Revocation.sessionId(session());
        return TorturePublisher.stage(() -> node.broadcaster().revoke(revocation))
                .whenComplete((nothing, failure) -> {
                    withdrawn.answeredNanos = System.nanoTime() | 1;
                    withdrawn.revoked = failure == null;
                });
    }

    /** What came to sessions that were revoked. */
    List<Late> late() {
        return late;
    }

    /** Tells whether its connection has been told where it begins. */
    boolean isOpened() {
        return isConnected() && connection.opened;
    }

    /** Tells whether it is connected and has to be ended. */
    boolean isRevoked() {
        return isConnected() && connection.revoked;
    }

    @Override
    void freeze() {
        if (connection != null) {
            connection.setFrozen(true);
        }
    }

    @Override
    void thaw() {
        if (connection != null) {
            connection.setFrozen(false);
            connection.stream.ready();
        }
    }

    @Override
    List<String> complaints() {
        return complaints;
    }

    /** One response. The loop's thread writes it, the director's cuts it. */
    private final class Connection implements FrameSubscriber {

        private Stream stream;
        private volatile boolean opened;
        private volatile boolean revoked;
        private volatile long answeredNanos; // 0 before its revocation is answered

        // Guarded by this.
        private final EventStreamParser parser = new EventStreamParser();
        private final String session;
        private final String cameWith;
        private boolean over;
        private boolean frozen;
        private String status = "fresh";

        Connection(String session, String cameWith) {
            this.session = session;
            this.cameWith = cameWith;
        }

        @Override
        public synchronized Outcome offer(byte[] frames) {
            if (over) {
                return Outcome.GONE;
            }
            if (frozen) {
                return Outcome.NOT_READY;
            }
            try {
                parser.accept(frames);
                parser.assertBetweenBlocks();
                parser.take().forEach(this::receive);
            } catch (AssertionError | RuntimeException e) {
                complaints.add(StreamVisitor.this + ": " + e);
            }
            return Outcome.TAKEN;
        }

        @Override
        public synchronized void end() {
            over = true;
        }

        @Override
        public synchronized void abort() {
            over = true;
        }

        synchronized boolean isOpen() {
            return !over;
        }

        synchronized void setFrozen(boolean newFrozen) {
            frozen = newFrozen;
        }

        /** Lets nothing more in, and returns what to come back with. */
        synchronized String cut() {
            over = true;
            return parser.lastEventId().isEmpty() ? cameWith : parser.lastEventId();
        }

        private void receive(ServerSentEvent event) {
            switch (event.type()) {
                case "stream.open" -> {
                    opened = true;
                    diary().begin(positions(event.lastEventId()));
                }
                case "stream.gap" -> diary().missed(Topic.of(field(event, "topic")), reason(field(event, "reason")));
                case "stream.status" -> changeStatus(field(event, "state"));
                case "stream.cursor", "stream.close" -> {}
                default -> see(event);
            }
        }

        private void see(ServerSentEvent event) {
            Topic topic = Publication.topicOf(event.data());
            diary().saw(topic, positions(event.lastEventId()).get(topic), event.data());
            long answered = answeredNanos;
            if (answered != 0 && revoked) {
                late.add(new Late(session, event.data(), answered));
            }
        }

        private void changeStatus(String newStatus) {
            if (newStatus.equals(status)) {
                complaints.add(StreamVisitor.this + " is told twice that it is " + status);
            }
            status = newStatus;
        }

        private static String field(ServerSentEvent event, String name) {
            String before = "\"" + name + "\":\"";
            int start = event.data().indexOf(before) + before.length();
            return event.data().substring(start, event.data().indexOf('"', start));
        }

        private static Gap.Reason reason(String wireName) {
            for (Gap.Reason reason : Gap.Reason.values()) {
                if (reason.wireName().equals(wireName)) {
                    return reason;
                }
            }
            throw new AssertionError("no reason of a gap: " + wireName);
        }
    }
}
