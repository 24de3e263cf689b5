package dev.tidings.example.outbox;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.example.db.Database;
import dev.tidings.example.db.TestDatabase;
import dev.tidings.sse.BackplaneUnavailableException;
import dev.tidings.sse.Event;
import dev.tidings.sse.Position;
import dev.tidings.sse.Publish;
import dev.tidings.sse.Published;
import dev.tidings.sse.Topic;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class OutboxRelayTest {

    private static final Topic ALICE = Topic.of("user", "1");
    private static final Topic BOB = Topic.of("user", "2");
    private static final Duration A_LONG_TERM = Duration.ofHours(1);

    private final Database database = TestDatabase.open();
    private final Outbox outbox = new Outbox(database);
    private final FakePublisher publisher = new FakePublisher();
    private long now;
    private final OutboxRelay relay = new OutboxRelay(outbox, new RelayLease(database), publisher, () -> now);

    @AfterEach
    void close() {
        database.close();
    }

    @Test
    void rowsOfATopicAreSentOneAfterTheOtherInOrder() {
        add(ALICE, "a1", "a2", "a3");
        add(BOB, "b1");
        assertThat(relay.sweep()).isTrue();
        assertThat(publisher.sent).containsExactly("a1", "b1", "a2", "a3");
        assertThat(states()).containsOnly("SENT");
        assertThat(relay.sweep()).isFalse();
    }

    @Test
    void aRowWaitsUntilTheOneBeforeItIsOut() {
        add(ALICE, "a1", "a2");
        CompletableFuture<Published> outcome = new CompletableFuture<>();
        publisher.pending = outcome;
        try (OutboxRelay running = new OutboxRelay(outbox, new RelayLease(database), publisher)) {
            running.start();
            assertThat(publisher.next()).isEqualTo("a1");
            assertThat(publisher.calls).hasSize(1);
            publisher.sent.add("a1 is out"); // by this thread, before anybody can know
            outcome.complete(new Published(Position.of(1, 0), false));
            assertThat(publisher.next()).isEqualTo("a2");
        }
        assertThat(publisher.sent).containsExactly("a1", "a1 is out", "a2");
    }

    @Test
    void whatIsADayOldIsForgotten() {
        long old = System.currentTimeMillis() - Duration.ofHours(25).toMillis();
        long recent = System.currentTimeMillis() - Duration.ofHours(23).toMillis();
        add(ALICE, "sent-old", "sent-recent", "parked-old", "pending");
        database.inTransaction(tx -> {
            String mark = "UPDATE outbox SET state = ?, done_at = ? WHERE idempotency_key = ?";
            tx.update(mark, "SENT", old, "sent-old");
            tx.update(mark, "SENT", recent, "sent-recent");
            tx.update(mark, "PARKED", old, "parked-old");
            String webhook = "INSERT INTO webhooks (id, type, received_at) VALUES (?, 'guild-joined', ?)";
            return tx.update(webhook, "old", old) + tx.update(webhook, "recent", recent);
        });
        outbox.prune();
        List<String> left = database.inTransaction(
                tx -> tx.list(row -> row.getString(1), "SELECT idempotency_key FROM outbox ORDER BY id"));
        assertThat(left).containsExactly("sent-recent", "parked-old", "pending");
        List<String> known = database.inTransaction(tx -> tx.list(row -> row.getString(1), "SELECT id FROM webhooks"));
        assertThat(known).containsExactly("recent");
    }

    @Test
    void aRelayPrunesBeforeItSleeps() {
        long old = System.currentTimeMillis() - Duration.ofHours(25).toMillis();
        database.inTransaction(
                tx -> tx.update("INSERT INTO webhooks (id, type, received_at) VALUES ('old', 'guild-joined', ?)", old));
        add(ALICE, "a1");
        try (OutboxRelay running = new OutboxRelay(outbox, new RelayLease(database), publisher)) {
            running.start();
            publisher.next();
        }
        List<String> known = database.inTransaction(tx -> tx.list(row -> row.getString(1), "SELECT id FROM webhooks"));
        assertThat(known).isEmpty();
    }

    @Test
    void aRelayThatDoesNotHoldTheLeaseSendsNothingAndSaysSo() {
        new RelayLease(database, A_LONG_TERM).hold();
        add(ALICE, "a1");
        assertThat(relay.sweep()).isFalse();
        assertThat(publisher.calls).isEmpty();
        assertThat(relay.isStandingBy()).isTrue();
    }

    @Test
    void aRelayThatLostTheLeaseWhileItSentMarksNothing() {
        add(ALICE, "a1");
        RelayLease overSoon = new RelayLease(database, Duration.ofMillis(-1000));
        OutboxRelay slow = new OutboxRelay(
                outbox,
                overSoon,
                (topic, event, options) -> {
                    new RelayLease(database).hold();
                    return publisher.publish(topic, event, options);
                },
                () -> now);
        slow.sweep();
        assertThat(publisher.sent).containsExactly("a1");
        assertThat(states()).containsOnly("PENDING");
    }

    @Test
    void aRelayThatLosesTheLeaseBetweenTwoRowsSendsNoMore() {
        add(ALICE, "a1", "a2");
        OutboxRelay overtaken = new OutboxRelay(
                outbox,
                new RelayLease(database),
                (topic, event, options) -> {
                    database.inTransaction(tx -> tx.update(
                            "UPDATE relay_lease SET holder = 'other', fence = fence + 1, expires_at = ?",
                            Long.MAX_VALUE));
                    now += 2_000; // by now it must be renewed
                    return publisher.publish(topic, event, options);
                },
                () -> now);
        overtaken.sweep();
        assertThat(publisher.sent).containsExactly("a1");
        assertThat(states()).containsOnly("PENDING");
    }

    @Test
    void aTopicThatHangsHoldsUpNeitherTheOthersNorIsItTriedTwice() {
        CompletableFuture<Published> outcome = new CompletableFuture<>();
        publisher.pending = outcome;
        try (OutboxRelay running = new OutboxRelay(outbox, new RelayLease(database), publisher)) {
            add(ALICE, "a1", "a2");
            running.start();
            assertThat(publisher.next()).isEqualTo("a1");
            for (String other : List.of("b1", "b2", "b3", "b4", "b5")) {
                add(BOB, other);
                running.wake();
                assertThat(publisher.next()).isEqualTo(other);
            }
            assertThat(attemptsOf("a1")).isEqualTo(1);
            outcome.complete(new Published(Position.of(1, 0), false));
            assertThat(publisher.next()).isEqualTo("a2");
        }
        assertThat(states()).containsOnly("SENT");
    }

    @Test
    void whatHungAndThenFailedIsTriedAgain() {
        CompletableFuture<Published> outcome = new CompletableFuture<>();
        publisher.pending = outcome;
        try (OutboxRelay running = new OutboxRelay(outbox, new RelayLease(database), publisher)) {
            add(ALICE, "a1");
            running.start();
            assertThat(publisher.next()).isEqualTo("a1");
            outcome.completeExceptionally(new BackplaneUnavailableException("publish", false));
            assertThat(publisher.next()).isEqualTo("a1");
        }
        assertThat(states()).containsOnly("SENT");
    }

    @Test
    void aDatabaseThatIsAwayIsSaidOnce() throws Exception {
        BlockingQueue<LogRecord> said = new LinkedBlockingQueue<>();
        Logger logger = Logger.getLogger(OutboxRelay.class.getName());
        Handler listening = listener(said);
        logger.addHandler(listening);
        logger.setLevel(Level.FINE);
        database.close();
        try (OutboxRelay running = new OutboxRelay(outbox, new RelayLease(database), publisher)) {
            running.start();
            assertThat(next(said).getLevel()).isEqualTo(Level.WARNING);
            for (int i = 0; i < 2; i++) {
                running.wake();
                assertThat(next(said).getLevel()).isEqualTo(Level.FINE);
            }
        } finally {
            logger.setLevel(null);
            logger.removeHandler(listening);
        }
    }

    private static LogRecord next(BlockingQueue<LogRecord> said) throws InterruptedException {
        LogRecord next = said.poll(30, TimeUnit.SECONDS);
        assertThat(next).isNotNull();
        return next;
    }

    private static Handler listener(BlockingQueue<LogRecord> said) {
        return new Handler() {
            @Override
            public void publish(LogRecord entry) {
                said.add(entry);
            }

            @Override
            public void flush() {}

            @Override
            public void close() {}
        };
    }

    @Test
    void aLongBacklogIsSentInOrder() {
        List<String> backlog = IntStream.range(0, 500).mapToObj(String::valueOf).toList();
        add(ALICE, backlog.toArray(String[]::new));
        sweepAll();
        assertThat(publisher.sent).isEqualTo(backlog);
        assertThat(states()).containsOnly("SENT");
    }

    @Test
    void theWebhooksIdIsTheIdempotencyKeyAndTheEventIsWhole() {
        Event event = Event.of("guild-joined", "{\"x\":1}").attribute("guild", "7");
        database.inTransaction(tx -> {
            outbox.add(tx, ALICE, event, "msg_1");
            return null;
        });
        relay.sweep();
        assertThat(publisher.calls).containsExactly(new Call(ALICE, event, Publish.idempotencyKey("msg_1")));
    }

    @Test
    void whatWasRolledBackIsNotSent() {
        try {
            database.inTransaction(tx -> {
                outbox.add(tx, ALICE, Event.of("t", "a1"), "a1");
                throw new IllegalStateException("after the outbox was written");
            });
        } catch (IllegalStateException expected) {
            // as thrown above
        }
        assertThat(relay.sweep()).isFalse();
        assertThat(publisher.calls).isEmpty();
    }

    @Test
    void aFailedRowHoldsUpItsOwnTopicOnlyAndIsTriedAgainLaterAndLater() {
        add(ALICE, "a1", "a2");
        add(BOB, "b1", "b2");
        publisher.failing.add("a1");
        sweepAll();
        assertThat(publisher.sent).containsExactly("b1", "b2");
        assertThat(attemptsOf("a1")).isEqualTo(1);

        now = 99;
        sweepAll();
        assertThat(attemptsOf("a1")).as("before 100 ms").isEqualTo(1);
        now = 100;
        sweepAll();
        assertThat(attemptsOf("a1")).as("after 100 ms").isEqualTo(2);
        now = 299;
        sweepAll();
        assertThat(attemptsOf("a1")).as("before 200 ms more").isEqualTo(2);

        now = 300;
        publisher.failing.clear();
        sweepAll();
        assertThat(publisher.sent).containsExactly("b1", "b2", "a1", "a2");
    }

    @Test
    void aPublisherThatThrowsIsTriedAgain() {
        add(ALICE, "a1");
        publisher.throwing = new IllegalStateException("not now");
        sweepAll();
        publisher.throwing = null;
        now = 100;
        sweepAll();
        assertThat(publisher.sent).containsExactly("a1");
    }

    @Test
    void anInvalidRowIsParkedAndARefetchGoesOutInItsPlace() {
        add(ALICE, "a1", "a2");
        publisher.invalid.add("a1");
        sweepAll();
        assertThat(publisher.sent).containsExactly("{\"type\":\"refetch\"}", "a2");
        assertThat(publisher.calls.get(1).event().type()).isEqualTo("refetch");
        assertThat(publisher.calls.get(1).options()).isEqualTo(Publish.idempotencyKey("a1"));
        assertThat(states()).containsExactly("PARKED", "SENT");
    }

    @Test
    void aRowIsNotParkedBeforeItsRefetchIsOut() {
        add(ALICE, "a1", "a2");
        publisher.invalid.add("a1");
        publisher.failing.add("{\"type\":\"refetch\"}");
        sweepAll();
        assertThat(publisher.sent).isEmpty();
        assertThat(states()).containsExactly("PENDING", "PENDING");
    }

    @Test
    void manyTopicsAreAllServed() {
        for (int user = 0; user < 250; user++) {
            add(Topic.of("user", String.valueOf(user)), "event of " + user);
        }
        publisher.failing.add("event of 0");
        sweepAll();
        assertThat(publisher.sent).hasSize(249).doesNotHaveDuplicates();
    }

    @Test
    void whatAnEarlierRunLeftIsSentByTheNext() {
        add(ALICE, "a1");
        try (OutboxRelay next = new OutboxRelay(outbox, new RelayLease(database), publisher)) {
            next.start();
            assertThat(publisher.next()).isEqualTo("a1");
        }
        assertThat(states()).containsExactly("SENT");
    }

    @Test
    void aCommitWakesTheRelay() {
        RelayLease lease = new RelayLease(database, A_LONG_TERM); // by itself it looks three times in one
        try (OutboxRelay running = new OutboxRelay(outbox, lease, publisher)) {
            running.start();
            for (String data : List.of("a1", "a2", "a3")) {
                add(ALICE, data);
                running.wake();
                assertThat(publisher.next()).isEqualTo(data);
            }
        }
    }

    private void add(Topic topic, String... data) {
        for (String one : data) {
            database.inTransaction(tx -> {
                outbox.add(tx, topic, Event.of("t", one), one.replace(' ', '-'));
                return null;
            });
        }
    }

    private void sweepAll() {
        while (relay.sweep()) {
            assertThat(publisher.calls).hasSizeLessThan(1_000);
        }
    }

    private long attemptsOf(String data) {
        return publisher.calls.stream()
                .filter(call -> call.event().data().equals(data))
                .count();
    }

    private List<String> states() {
        return database.inTransaction(tx -> tx.list(row -> row.getString(1), "SELECT state FROM outbox ORDER BY id"));
    }

    private record Call(Topic topic, Event event, Publish options) {}

    private static final class FakePublisher implements Publisher {

        final List<Call> calls = new CopyOnWriteArrayList<>();
        final List<String> sent = new CopyOnWriteArrayList<>();
        final Set<String> failing = new HashSet<>();
        final Set<String> invalid = new HashSet<>();
        RuntimeException throwing;
        CompletableFuture<Published> pending;
        private final BlockingQueue<String> arrivals = new LinkedBlockingQueue<>();

        @Override
        public CompletionStage<Published> publish(Topic topic, Event event, Publish options) {
            calls.add(new Call(topic, event, options));
            if (throwing != null) {
                throw throwing;
            }
            if (invalid.contains(event.data())) {
                throw new IllegalArgumentException("event must have at most 1 byte");
            }
            if (failing.contains(event.data())) {
                return CompletableFuture.failedFuture(new BackplaneUnavailableException("publish", false));
            }
            sent.add(event.data());
            arrivals.add(event.data());
            CompletableFuture<Published> outcome = pending;
            pending = null;
            return outcome != null
                    ? outcome
                    : CompletableFuture.completedFuture(new Published(Position.of(sent.size(), 0), false));
        }

        String next() {
            try {
                return arrivals.poll(30, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }
    }
}
