package dev.tidings.sse.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.sse.Access;
import dev.tidings.sse.Cursor;
import dev.tidings.sse.Entry;
import dev.tidings.sse.Event;
import dev.tidings.sse.Position;
import dev.tidings.sse.Retention;
import dev.tidings.sse.Revocation;
import dev.tidings.sse.Topic;
import dev.tidings.sse.cursor.CursorLayout;
import dev.tidings.sse.memory.MemoryBackplane;
import dev.tidings.sse.spi.StreamRequest;
import dev.tidings.sse.testing.ManualClock;
import dev.tidings.sse.testing.RecordingConnection;
import dev.tidings.sse.testing.ScriptedBackplane;
import dev.tidings.sse.testing.ServerSentEvent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One random schedule of everything that can happen to a node, and the plain model of what its clients must see. */
final class ModelSchedule {

    private static final List<Topic> TOPICS = List.of(Topic.of("a"), Topic.of("b"), Topic.of("c"));
    private static final Retention RETENTION =
            Retention.DEFAULT.maxEntries(Retention.MIN_ENTRIES).maxAge(Duration.ofMinutes(1));
    private static final int STEPS = 120;
    private static final int CLIENTS = 5;

    /** What happened in all schedules, since a model that never meets a gap proves nothing about gaps. */
    static final class Totals {

        private final Map<String, Integer> counts = new HashMap<>();

        void add(String what) {
            counts.merge(what, 1, Integer::sum);
        }

        void assertThatEverythingHappened() {
            assertThat(counts)
                    .containsKeys(
                            "event",
                            "stream.open",
                            "stream.cursor",
                            "stream.close revoked",
                            "stream.gap trimmed",
                            "stream.gap reset",
                            "stream.gap bad-cursor",
                            "resumed",
                            "restart",
                            "cut");
        }
    }

    /** An entry as the model remembers it. {@code at} is how far time had come when it was appended. */
    private record Stored(long position, String data, long at) {}

    /** The logs of one life of the backplane. */
    private static final class Life {

        final int tag;
        final Map<Topic, List<Stored>> logs = new HashMap<>();

        Life(int tag) {
            this.tag = tag;
            TOPICS.forEach(topic -> logs.put(topic, new ArrayList<>()));
        }

        List<Stored> log(Topic topic) {
            return logs.get(topic);
        }

        /** How many entries lie at or before a position. */
        int index(Topic topic, long position) {
            List<Stored> log = log(topic);
            int index = log.size();
            while (index > 0 && log.get(index - 1).position() > position) {
                index--;
            }
            return index;
        }
    }

    /** How far a client has come in each topic: so many entries are accounted for. */
    private record Progress(Life life, Map<Topic, Integer> accounted) {}

    private final Random random;
    private final Totals totals;
    private final ManualClock time = new ManualClock();
    private final int loops;
    private final List<Client> clients = new ArrayList<>();
    private final StringBuilder story = new StringBuilder();
    /** How far time has come at most by any clock: what passed, and what the wall clock jumped ahead. */
    private long forwardMillis;

    private int published;
    private boolean entriesHeld; // so that what happens may reach the node in another order
    private boolean outOfOrder; // what came here in this life, so that only a later entry sets it right
    private boolean finishing;
    private Life life;
    private ScriptedBackplane backplane;
    private SteppedNode node;

    ModelSchedule(long seed, Totals totals) {
        this.random = new Random(seed * 0x9e3779b97f4a7c15L); // or neighbours would be alike
        this.totals = totals;
        this.loops = 1 + random.nextInt(2);
        start(1);
    }

    /** What was done, for whoever has to find out why it went wrong. */
    String story() {
        return story.toString();
    }

    void run() {
        for (int i = 0; i < STEPS; i++) {
            something();
            clients.forEach(Client::check);
        }
        finish();
    }

    private void something() {
        switch (random.nextInt(24)) {
            case 0, 1, 2, 3 -> publish(1 + random.nextInt(3));
            case 4 -> publish(random.nextInt(25));
            case 5, 6 -> connectNew();
            case 7, 8, 9 -> withClient(this::toggle);
            case 10, 11 -> withClient(Client::leave);
            case 12, 13 -> withClient(Client::reconnect);
            case 14, 15, 16, 17 -> step(1 + random.nextInt(6));
            case 18 -> settle();
            case 19 -> pass();
            case 20 -> far();
            case 21 -> disturb();
            case 22 -> withClient(client -> revoke(client.principal));
            default -> {
                if (random.nextInt(8) == 0) {
                    restart();
                }
            }
        }
    }

    // What can happen.

    private void start(int tag) {
        life = new Life(tag);
        outOfOrder = false;
        entriesHeld = false;
        backplane = new ScriptedBackplane(new MemoryBackplane(time), tag);
        node = new SteppedNode(settings -> settings.withRetention("", RETENTION).withLoops(loops), time, backplane);
    }

    private void restart() {
        tell("restart");
        totals.add("restart");
        clients.forEach(Client::connectionIsLost);
        start(life.tag + 1);
    }

    private void publish(int count) {
        Topic topic = TOPICS.get(random.nextInt(TOPICS.size()));
        tell("publish " + count + " to " + topic);
        for (int i = 0; i < count; i++) {
            String data = topic + "#" + published++;
            Position position = node.publish(topic, data);
            life.log(topic).add(new Stored(position.value(), data, forwardMillis));
        }
    }

    private void connectNew() {
        if (clients.size() < CLIENTS) {
            Client client = new Client(clients.size());
            clients.add(client);
            client.reconnect();
        } else {
            withClient(Client::reconnect);
        }
    }

    private void toggle(Client client) {
        if (client.connection == null) {
            client.reconnect();
        } else if (!client.ready) {
            tell(client + " is ready");
            client.ready = true;
            client.connection.readAgain();
        } else {
            tell(client + " stops reading");
            client.ready = false;
            client.connection.stopReading();
        }
    }

    private void pass() {
        Duration duration = switch (random.nextInt(8)) {
            case 0 -> Duration.ofSeconds(20);
            case 1 -> Duration.ofMinutes(2);
            default -> Duration.ofMillis(random.nextInt(1_500));
        };
        if (random.nextInt(6) == 0) {
            Duration jump = Duration.ofSeconds(random.nextInt(240) - 200);
            tell("the clock jumps by " + jump);
            time.jump(jump);
            forwardMillis += Math.max(0, jump.toMillis());
        } else {
            tell(duration + " pass");
            time.advance(duration);
            forwardMillis += duration.toMillis();
        }
        if (random.nextBoolean()) {
            settle();
        }
    }

    /** The backplane is near or far: answers and entries come at once or later, in any order that it allows. */
    private void far() {
        switch (random.nextInt(5)) {
            case 0 -> backplane.holdReads();
            case 1 -> backplane.holdAcknowledgements();
            case 2 -> {
                entriesHeld = true;
                backplane.holdEntries();
            }
            case 3 -> {
                backplane.releaseAll();
                entriesHeld = false;
            }
            default -> backplane.failNextReads(1 + random.nextInt(2));
        }
        tell("far");
    }

    /** What a backplane that is not perfect does: lose entries, say so, bring one twice. */
    private void disturb() {
        switch (random.nextInt(3)) {
            case 0 -> {
                tell("lost:");
                outOfOrder = true;
                backplane.loseEntries(true);
                publish(1 + random.nextInt(3));
                backplane.loseEntries(false);
            }
            case 1 -> {
                tell("diverge");
                backplane.diverge();
            }
            default -> repeat();
        }
    }

    private void repeat() {
        Topic topic = TOPICS.get(random.nextInt(TOPICS.size()));
        List<Stored> log = life.log(topic);
        if (log.size() > 1) {
            int i = 1 + random.nextInt(log.size() - 1);
            tell("again " + log.get(i).data());
            outOfOrder = true;
            backplane.repeat(
                    topic,
                    new Entry(
                            new Position(log.get(i).position()),
                            new Position(log.get(i - 1).position()),
                            Event.of("event", log.get(i).data())));
        }
    }

    private void revoke(String principal) {
        tell("revoke " + principal);
        node.delivery.revoke(Revocation.principal(principal));
        clients.stream()
                .filter(client -> client.principal.equals(principal))
                .forEach(client -> client.isRevoked(client.connection));
    }

    private void step(int steps) {
        tell(steps + " steps");
        for (int i = 0; i < steps; i++) {
            node.delivery.loops().get(random.nextInt(loops)).step();
            if (random.nextInt(3) == 0) {
                backplane.releaseOne(random);
            }
        }
    }

    private void settle() {
        tell("settle");
        node.settle();
    }

    private void withClient(Consumer<Client> action) {
        if (!clients.isEmpty()) {
            action.accept(clients.get(random.nextInt(clients.size())));
        }
    }

    private void tell(String what) {
        story.append(what).append('\n');
    }

    // The end: nothing is held back any more, and everybody reads.

    private void finish() {
        tell("finish");
        finishing = true;
        backplane.failNextReads(0);
        backplane.releaseAll();
        settleForSure();
        if (!outOfOrder) {
            clients.forEach(Client::assertNothingIsLate);
        }
        // Behind what was lost comes an entry that shows it.
        TOPICS.forEach(topic -> {
            String data = topic + "#" + published++;
            life.log(topic).add(new Stored(node.publish(topic, data).value(), data, forwardMillis));
        });
        settleForSure();
        clients.forEach(Client::assertEndedIfItMust);
        clients.forEach(Client::comeBack);
        settleForSure();
        clients.forEach(Client::assertComplete);
        clients.forEach(Client::leave);
        clients.forEach(client -> client.connect(client.lastEventId));
        settleForSure();
        clients.forEach(Client::assertComplete);
        clients.forEach(client -> assertThat(client.eventsOfConnection)
                .as("%s had everything, and got more", client)
                .isZero());
    }

    private void settleForSure() {
        clients.forEach(client -> {
            if (client.connection != null) {
                client.ready = true;
                client.connection.readAgain();
            }
        });
        node.settle();
        for (int i = 0; i < 6; i++) {
            node.advance(Duration.ofMillis(500)); // reads that failed come again
            forwardMillis += 500;
        }
        clients.forEach(Client::check);
    }

    /** A browser page: over its whole life it has one connection after the other, and the last id. */
    private final class Client {

        final String principal;
        final List<Topic> topics;
        final boolean filters;
        final Map<String, Progress> seen = new HashMap<>();
        String lastEventId = "";

        @Nullable
        RecordingConnection connection;

        @Nullable
        RecordingConnection mustEnd;

        int firstForbidden; // to the one that must end

        boolean ready;
        int eventsOfConnection;

        // Of the connection.
        private CursorLayout layout;
        private String given = "";
        private boolean opened;
        private boolean badCursor;
        private Map<Topic, Integer> leastStart = Map.of();
        private Map<Topic, Integer> accounted = new HashMap<>();
        private List<Topic> unresolved = new ArrayList<>(); // topics whose position means nothing before a gap

        Client(int number) {
            principal = "client-" + number;
            filters = random.nextInt(3) == 0;
            topics = new ArrayList<>(TOPICS);
            Collections.shuffle(topics, random);
            topics.subList(1 + random.nextInt(TOPICS.size()), topics.size()).clear();
        }

        @Override
        public String toString() {
            return principal + topics + (filters ? " filtering" : "");
        }

        /** Comes (back), in one of the ways a browser or a forger does. */
        void reconnect() {
            leave();
            switch (random.nextInt(10)) {
                case 0 -> connect("");
                case 1 -> connect("garbled");
                case 2 ->
                    connect(new ArrayList<>(seen.keySet())
                            .stream()
                                    .sorted()
                                    .skip(seen.isEmpty() ? 0 : random.nextInt(seen.size()))
                                    .findFirst()
                                    .orElse(""));
                case 3 -> connect(snapshot());
                default -> connect(lastEventId);
            }
        }

        /** What a page gets that reads its data first. */
        private String snapshot() {
            CompletableFuture<Cursor> position = node.delivery.position(topics).toCompletableFuture();
            if (!position.isDone() || position.isCompletedExceptionally()) {
                return lastEventId;
            }
            String text = position.join().text();
            seen.putIfAbsent(text, new Progress(life, sizes()));
            return text;
        }

        void connect(String cursor) {
            tell(this + " connects with '" + cursor + "'");
            given = cursor;
            opened = false;
            badCursor = !cursor.isEmpty() && !seen.containsKey(cursor);
            layout = CursorLayout.of(topics, life.tag);
            leastStart = sizes();
            accounted = new HashMap<>();
            unresolved = new ArrayList<>();
            eventsOfConnection = 0;
            mustEnd = null;
            Access.Granted access = Access.to(topics).principal(principal);
            if (filters) {
                access = access.filter(event -> passes(event.data()));
            }
            StreamRequest.Decision decision = node.delivery.streams().beginDecision();
            boolean revoked = !finishing && random.nextInt(12) == 0;
            if (revoked) {
                revoke(principal);
                step(random.nextInt(3));
            }
            RecordingConnection made = new RecordingConnection();
            made.open(node.delivery.streams(), new StreamRequest(access, decision, cursor));
            connection = made;
            if (revoked) {
                isRevoked(made);
            }
            ready = random.nextInt(4) > 0;
            if (ready) {
                made.stream().ready();
            }
        }

        /** The connection must end; what reaches the node behind the revocation is not for it. */
        private void isRevoked(@Nullable RecordingConnection withdrawn) {
            if (mustEnd != withdrawn) {
                firstForbidden = Integer.MAX_VALUE;
            }
            mustEnd = withdrawn;
            if (!entriesHeld) {
                firstForbidden = Math.min(firstForbidden, published);
            }
        }

        /** The peer goes, noticed by a write or by the container. */
        void leave() {
            if (connection != null) {
                tell(this + " leaves");
                check();
            }
            if (connection != null) {
                connection.vanish();
                if (random.nextBoolean()) {
                    connection.disconnect();
                } else {
                    connection.stream().ready();
                }
                connection = null;
            }
        }

        void connectionIsLost() {
            check();
            connection = null;
        }

        void comeBack() {
            check();
            if (connection == null) {
                connect(lastEventId);
                mustEnd = null;
            }
        }

        /** Looks at all that arrived. */
        void check() {
            RecordingConnection checked = connection;
            if (checked == null) {
                return;
            }
            for (ServerSentEvent message : checked.take()) {
                tell("  " + this + " gets " + message.type() + " " + message.data());
                check(message);
                if (!message.lastEventId().isEmpty()) {
                    lastEventId = message.lastEventId();
                    Map<Topic, Integer> progress = new HashMap<>(accounted);
                    unresolved.forEach(topic -> progress.put(topic, -1));
                    seen.put(lastEventId, new Progress(life, progress));
                }
            }
            if (checked.state() != RecordingConnection.State.OPEN) {
                totals.add(checked.state() == RecordingConnection.State.ABORTED ? "cut" : "ended");
                connection = null;
            }
        }

        private void check(ServerSentEvent message) {
            switch (message.type()) {
                case "stream.open" -> open(message);
                case "stream.gap" -> gap(message);
                case "stream.close" -> {
                    totals.add("stream.close " + between(message.data(), "reason\":\"", "\""));
                    if (opened) {
                        moveOver(message, null);
                    }
                }
                case "stream.cursor" -> {
                    totals.add("stream.cursor");
                    moveOver(message, null);
                }
                case "event" -> event(message);
                default -> throw new AssertionError(message);
            }
        }

        private void open(ServerSentEvent message) {
            totals.add("stream.open");
            assertThat(opened).isFalse();
            opened = true;
            Map<Topic, Integer> start = indexes(message);
            Progress before = seen.get(given);
            assertThat(message.data())
                    .contains("\"resumed\":" + (before != null) + ",")
                    .contains("\"new\":[]");
            if (badCursor) {
                accounted = new HashMap<>();
                topics.forEach(topic -> accounted.put(topic, 0));
                unresolved.addAll(topics);
            } else if (before == null) {
                start.forEach((topic, index) -> assertThat(index)
                        .as("%s: start in %s", this, topic)
                        .isBetween(leastStart.get(topic), life.log(topic).size()));
                accounted = start;
            } else if (before.life() != life) {
                accounted = new HashMap<>();
                topics.forEach(topic -> accounted.put(topic, 0));
                unresolved.addAll(topics);
            } else {
                totals.add("resumed");
                assertThat(message.lastEventId()).isEqualTo(given);
                accounted = new HashMap<>(before.accounted());
                topics.stream().filter(topic -> accounted.get(topic) < 0).forEach(topic -> {
                    accounted.put(topic, 0);
                    unresolved.add(topic);
                });
            }
        }

        private void gap(ServerSentEvent message) {
            assertThat(opened).isTrue();
            Topic topic = Topic.of(between(message.data(), "topic\":\"", "\""));
            String reason = between(message.data(), "reason\":\"", "\"");
            totals.add("stream.gap " + reason);
            Progress before = seen.get(given);
            switch (reason) {
                case "bad-cursor" -> assertThat(badCursor).isTrue();
                case "reset" ->
                    assertThat(before != null && before.life() != life)
                            .as("the cursor is another log's")
                            .isTrue();
                default -> assertThat(reason).isEqualTo("trimmed");
            }
            int from = accounted.get(topic);
            int to = indexes(message).get(topic);
            if (!reason.equals("bad-cursor")) {
                for (int i = from; i < to; i++) {
                    assertThat(mayBeLost(topic, i))
                            .as(
                                    "%s: %s is retained, and a gap skips it",
                                    this, life.log(topic).get(i))
                            .isTrue();
                }
                if (!unresolved.remove(topic)
                        && forwardMillis < RETENTION.maxAge().toMillis()) {
                    assertThat(to)
                            .as("%s: a gap in %s about nothing", this, topic)
                            .isGreaterThan(from);
                }
            }
            if (reason.equals("bad-cursor")) {
                unresolved.remove(topic);
                assertThat(to)
                        .as("%s: start in %s", this, topic)
                        .isBetween(leastStart.get(topic), life.log(topic).size());
            }
            moveOver(message, topic);
        }

        private void event(ServerSentEvent message) {
            totals.add("event");
            eventsOfConnection++;
            Topic topic = Topic.of(message.data().substring(0, message.data().indexOf('#')));
            assertThat(unresolved).as("%s: an event before the gap", this).doesNotContain(topic);
            if (connection == mustEnd) {
                assertThat(number(message.data()))
                        .as("%s: the number of an event after its revocation", this)
                        .isLessThan(firstForbidden);
            }
            assertThat(passes(message.data()))
                    .as("%s asked for %s", this, message.data())
                    .isTrue();
            int index = indexes(message).get(topic);
            assertThat(index).as("%s: %s", this, message).isGreaterThan(accounted.get(topic));
            Stored stored = life.log(topic).get(index - 1);
            assertThat(stored.data())
                    .as("%s: what stands where the id says", this)
                    .isEqualTo(message.data());
            for (int i = accounted.get(topic); i < index - 1; i++) {
                assertThat(asksFor(topic, i))
                        .as("%s misses %s", this, life.log(topic).get(i))
                        .isFalse();
            }
            moveOver(message, topic);
        }

        /** The id may move over what the filter drops, in every topic but the one that the message is about. */
        private void moveOver(ServerSentEvent message, @Nullable Topic about) {
            if (message.lastEventId().isEmpty()) {
                return;
            }
            indexes(message).forEach((topic, index) -> {
                if (unresolved.contains(topic)) {
                    return;
                }
                if (!topic.equals(about)) {
                    assertThat(index)
                            .as("%s: the id goes back in %s", this, topic)
                            .isGreaterThanOrEqualTo(accounted.get(topic));
                    for (int i = accounted.get(topic); i < index; i++) {
                        assertThat(asksFor(topic, i))
                                .as(
                                        "%s: the id moves over %s",
                                        this, life.log(topic).get(i))
                                .isFalse();
                    }
                }
                accounted.put(topic, index);
            });
        }

        void assertEndedIfItMust() {
            if (mustEnd != null) {
                assertThat(connection).as("%s was revoked and goes on", this).isNotSameAs(mustEnd);
            }
        }

        /** What arrives only with the next publish arrives too late. */
        void assertNothingIsLate() {
            if (connection != null && opened) {
                assertNothingIsMissing();
            }
        }

        void assertComplete() {
            assertThat(connection).as("%s is connected", this).isNotNull();
            assertThat(opened).as("%s is open", this).isTrue();
            assertNothingIsMissing();
        }

        private void assertNothingIsMissing() {
            for (Topic topic : topics) {
                for (int i = accounted.get(topic); i < life.log(topic).size(); i++) {
                    assertThat(asksFor(topic, i))
                            .as("%s never gets %s", this, life.log(topic).get(i))
                            .isFalse();
                }
            }
        }

        private Map<Topic, Integer> indexes(ServerSentEvent message) {
            CursorLayout.Positions positions =
                    layout.decode(message.lastEventId()).orElseThrow();
            assertThat(positions.foreign()).isFalse();
            Map<Topic, Integer> indexes = new HashMap<>();
            for (int i = 0; i < topics.size(); i++) {
                indexes.put(topics.get(i), life.index(topics.get(i), positions.positions()[i]));
            }
            return indexes;
        }

        private Map<Topic, Integer> sizes() {
            Map<Topic, Integer> sizes = new HashMap<>();
            topics.forEach(topic -> sizes.put(topic, life.log(topic).size()));
            return sizes;
        }

        private boolean asksFor(Topic topic, int index) {
            return passes(life.log(topic).get(index).data());
        }

        private boolean passes(String data) {
            return !filters || number(data) % 3 != 0;
        }

        private static int number(String data) {
            return Integer.parseInt(data.substring(data.indexOf('#') + 1));
        }

        /** Whether retention may have dropped an entry by now, by count or by age, or its topic was forgotten. */
        private boolean mayBeLost(Topic topic, int index) {
            return index < life.log(topic).size() - RETENTION.maxEntries()
                    || life.log(topic).get(index).at()
                            < forwardMillis - RETENTION.maxAge().toMillis();
        }

        private static String between(String text, String before, String after) {
            int start = text.indexOf(before) + before.length();
            return text.substring(start, text.indexOf(after, start));
        }
    }
}
