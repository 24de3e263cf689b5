package dev.tidings.sse.redis;

import dev.tidings.sse.BackplaneUnavailableException;
import dev.tidings.sse.Entry;
import dev.tidings.sse.Retention;
import dev.tidings.sse.Topic;
import dev.tidings.sse.spi.Backplane;
import dev.tidings.sse.spi.Status;
import dev.tidings.sse.testing.BackplaneProbe;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Some seconds of everything at once: publishers that do not wait, visitors that come and go and fall behind, nodes that
 * restart, and a world that goes wrong in every way it can. Then peace; and then {@link LedgerCheck}.
 *
 * <p>The seed decides what happens and in which order; when exactly is up to the machine.
 */
final class TortureRound implements AutoCloseable {

    private static final int LOSSES = 9;
    private static final int NODES = 3;
    private static final int HASTY = 4;
    private static final int RELAYS = 2;
    private static final int VISITORS = 12;
    private static final int LONGEST_PAUSE_MILLIS = 40;
    private static final long PATIENCE_SECONDS = 90;
    private static final List<Topic> TOPICS =
            IntStream.range(0, 6).mapToObj(i -> Topic.of("topic", "" + i)).toList();

    /** One that is going on. */
    private record Running(Mischief mischief, long endNanos) {}

    private final TortureWorld world;
    private final Random random;
    private final Random faults;
    private final Retention retention;
    private final Ledger ledger = new Ledger();
    private final List<TortureNode> nodes = new ArrayList<>();
    private final List<TorturePublisher> publishers = new ArrayList<>();
    private final List<Visitor> visitors = new ArrayList<>();
    private final List<CompletableFuture<?>> revocations = new ArrayList<>();
    private final List<Function<Random, Mischief>> deck;
    private final Map<String, Running> running = new HashMap<>();
    private final StringBuilder story = new StringBuilder();
    private final long start = System.nanoTime();
    private @Nullable Mischief next;
    private int dealt;
    private int connections;

    TortureRound(TortureWorld world, long seed) {
        this.world = world;
        this.random = new Random(seed * 0x9e3779b97f4a7c15L); // or neighbours would be alike
        // What is lost with a master must not be taken for what was trimmed.
        this.retention = Retention.DEFAULT.maxEntries(world.loses() ? 100_000 : 16 << random.nextInt(7));
        this.deck = new ArrayList<>(world.mischief());
        this.faults = new Random(random.nextLong());
        Collections.shuffle(deck, faults);
        IntStream.range(0, NODES).forEach(i -> nodes.add(new TortureNode(i, world, retention)));
        IntStream.range(0, VISITORS).forEach(i -> visitors.add(newVisitor(i)));
        IntStream.range(0, HASTY + RELAYS)
                .forEach(i ->
                        publishers.add(new TorturePublisher(i, i >= HASTY, ledger, nodes, TOPICS, random.nextLong())));
    }

    /** What was done, for whoever has to find out why it went wrong. */
    String story() {
        return story.toString();
    }

    /** What came of it, in one line. */
    String summary() {
        long seen = lines(line -> !line.isGap());
        long gaps = lines(Diary.Line::isGap);
        return "%d entries retained, %d published, %d of them unknown, %d refused; %d seen, %d gaps, %d connections, %d revocations, %d faults"
                .formatted(
                        retention.maxEntries(),
                        ledger.all().size(),
                        ledger.of(Publication.Outcome.UNKNOWN).size(),
                        ledger.of(Publication.Outcome.REFUSED).size(),
                        seen,
                        gaps,
                        connections,
                        revocations.size(),
                        dealt);
    }

    /** Lasts for this time, and until everything that can go wrong has gone wrong once. */
    void run(Duration time) {
        tell("retention " + retention.maxEntries());
        visitors.forEach(visitor -> connect(visitor));
        publishers.forEach(TorturePublisher::start);
        while (System.nanoTime() - start < time.toNanos() || dealt < deck.size()) {
            something();
            endWhatIsOver();
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1 + random.nextInt(LONGEST_PAUSE_MILLIS)));
        }
        heal();
        IntStream.range(0, NODES).forEach(this::publishTwice);
        IntStream.range(0, LOSSES).forEach(this::loseSome);
        IntStream.range(0, NODES).forEach(this::revokeWhileCutOff);
        makePeace();
        awaitEndOfTheRevoked();
        awaitArrival("what was published");
        IntStream.range(0, TOPICS.size()).forEach(this::publishLast);
        awaitArrival("the last event");
        check();
    }

    // What happens.

    private void something() {
        switch (random.nextInt(21)) {
            case 0, 1, 2, 3 -> withVisitor(this::reconnect);
            case 4 -> withVisitor(this::leave);
            case 5, 6 -> withVisitor(Visitor::freeze);
            case 7, 8, 9 -> withVisitor(Visitor::thaw);
            case 10 -> publishers.get(random.nextInt(HASTY)).burst(random.nextInt(2 * 256));
            case 11, 12, 13 -> goWrong();
            case 14 -> {
                if (random.nextInt(8) == 0) {
                    restart(nodes.get(random.nextInt(NODES)));
                }
            }
            case 15 -> withVisitor(this::revoke);
            default ->
                visitors.stream()
                        .filter(visitor -> !visitor.isConnected())
                        .findFirst()
                        .ifPresent(this::reconnect);
        }
    }

    /** The choices of what goes wrong are made of the seed alone, whatever else happens when. */
    private void goWrong() {
        if (next == null) {
            next = deck.get(dealt % deck.size()).apply(faults);
        }
        if (running.containsKey(next.victim())) {
            return; // one thing at a time
        }
        dealt++;
        tell(next.name() + (next.millis() > 0 ? " for " + next.millis() + " ms" : ""));
        next.begin().run();
        running.put(next.victim(), new Running(next, System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(next.millis())));
        next = null;
        withVisitor(this::revoke); // what is missed in an outage must be caught up with
        withVisitor(this::revoke);
    }

    private void endWhatIsOver() {
        List<Running> over = running.values().stream()
                .filter(each -> System.nanoTime() - each.endNanos() >= 0)
                .toList();
        over.forEach(this::end);
    }

    private void end(Running over) {
        over.mischief().end().run();
        running.remove(over.mischief().victim());
        if (over.mischief().millis() > 0) {
            tell("no more: " + over.mischief().name());
        }
    }

    private void restart(TortureNode node) {
        tell("restart " + node.life().name());
        visitors.forEach(Visitor::thaw); // or closing would wait for them
        node.restart();
    }

    private Visitor newVisitor(int index) {
        List<Topic> topics = new ArrayList<>(TOPICS);
        Collections.shuffle(topics, random);
        int count = index % 3 == 0 ? 1 : 2 + random.nextInt(TOPICS.size() - 1);
        topics = topics.subList(0, count);
        boolean filtering = index % 4 == 3;
        return index % 2 == 0
                ? new CallbackVisitor("callback" + index + topics, topics, filtering)
                : new StreamVisitor("stream" + index + topics, topics, filtering);
    }

    private void withVisitor(Consumer<Visitor> action) {
        action.accept(visitors.get(random.nextInt(visitors.size())));
    }

    private void reconnect(Visitor visitor) {
        if (leave(visitor)) {
            connect(visitor);
        }
    }

    /** Goes away, but for who has been revoked: that one is to be ended. */
    private boolean leave(Visitor visitor) {
        boolean leaves = !(visitor instanceof StreamVisitor stream && stream.isRevoked());
        if (leaves) {
            visitor.leave();
        }
        return leaves;
    }

    private void revoke(Visitor visitor) {
        if (visitor instanceof StreamVisitor stream && stream.isConnected() && !stream.isRevoked()) {
            TortureNode.Life node = nodes.get(random.nextInt(NODES)).life();
            tell("revoke " + stream.session() + " by " + node.name());
            revocations.add(stream.revokeBy(node).toCompletableFuture());
        }
    }

    private void connect(Visitor visitor) {
        connections++;
        visitor.connect(nodes.get(random.nextInt(NODES)).life());
    }

    private void tell(String what) {
        long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
        story.append(millis).append(" ms: ").append(what).append('\n');
    }

    // Peace.

    private void heal() {
        tell("heal");
        List.copyOf(running.values()).forEach(this::end);
        world.heal();
    }

    /** The first attempt arrives behind the second one. */
    private void publishTwice(int late) {
        TortureNode.Life node = nodes.get(late).life();
        await("it to be fresh", () -> isFresh(node));
        publishOne(0, "connecting", late, node);
        if (world.holdBack(late)) {
            tell("hold back what " + node.name() + " sends");
            IntStream.range(0, TOPICS.size()).forEach(topic -> publishOne(topic, "late", late, node));
            world.rejoin(late);
        }
    }

    /** What follows is announced again: that something is missing before it, its predecessor alone can tell. */
    private void loseSome(int loss) {
        TortureNode.Life node = nodes.get(loss % NODES).life();
        visitors.forEach(Visitor::thaw);
        visitors.stream().filter(visitor -> !visitor.isConnected()).forEach(this::reconnect);
        await("it to be fresh", () -> isFresh(node));
        if (world.loseAnnouncements()) {
            tell("lose what is announced");
            IntStream.range(0, TOPICS.size()).forEach(topic -> publishOne(topic, "lost", loss, node));
            world.heal();
            IntStream.range(0, TOPICS.size()).forEach(topic -> publishOne(topic, "heard", loss, node));
        }
    }

    /** Whatever else comes to a node that is back: what was revoked meanwhile comes first. */
    private void revokeWhileCutOff(int cutOff) {
        TortureNode.Life node = nodes.get(cutOff).life();
        TortureNode.Life other = nodes.get((cutOff + 1) % NODES).life();
        visitors.forEach(Visitor::thaw);
        awaitEndOfTheRevoked();
        await("all to be fresh", () -> isFresh(node) && isFresh(other));
        List<StreamVisitor> pages = visitors.stream()
                .filter(StreamVisitor.class::isInstance)
                .map(StreamVisitor.class::cast)
                .toList();
        pages.forEach(page -> {
            page.leave();
            page.late().clear();
            page.connect(node);
        });
        pages.forEach(page -> await(page + " to be there", () -> isThere(page, node)));
        if (!world.cutOff(cutOff)) {
            return;
        }
        tell("cut off " + node.name());
        await("it to notice", () -> !isFresh(node));
        pages.forEach(page -> BackplaneProbe.await(page.revokeBy(other)));
        IntStream.range(0, TOPICS.size()).forEach(topic -> publishOne(topic, "secret", cutOff, other));
        world.rejoin(cutOff);
        tell("join again " + node.name());
        pages.forEach(page -> await(page + " to be ended", () -> !page.isConnected()));
        pages.forEach(page -> page.late().stream()
                .filter(this::isBegunAfter)
                .findFirst()
                .ifPresent(late -> {
                    throw new AssertionError(late.session() + " was revoked, and sees " + late.data());
                }));
    }

    private static boolean isThere(StreamVisitor page, TortureNode.Life node) {
        if (!page.isConnected()) {
            page.leave();
            page.connect(node);
        }
        return page.isOpened();
    }

    private boolean isBegunAfter(StreamVisitor.Late late) {
        Publication publication = ledger.find(late.data());
        return publication != null && publication.isBegunAfter(late.answeredNanos());
    }

    private static boolean isFresh(TortureNode.Life node) {
        return node.broadcaster().status() == Status.FRESH;
    }

    private void makePeace() {
        tell("peace");
        visitors.stream().filter(visitor -> !visitor.isConnected()).forEach(this::reconnect);
        if (world.loseAnnouncements()) {
            // The last of all: only who looks for them finds them.
            IntStream.range(0, TOPICS.size())
                    .forEach(topic -> publishOne(
                            topic, "unheard", 0, nodes.get(topic % NODES).life()));
        }
        publishers.forEach(TorturePublisher::stop);
        await(
                "all publishers to be answered",
                () -> publishers.stream().allMatch(TorturePublisher::isDone)
                        && ledger.of(Publication.Outcome.WAITING).isEmpty());
        world.heal();
        visitors.forEach(Visitor::thaw);
    }

    /** Whoever published the revocation, and whether or not it was told that it is stored: what counts is the log. */
    private void awaitEndOfTheRevoked() {
        await("all revocations to be answered", () -> revocations.stream().allMatch(CompletableFuture::isDone));
        Set<String> revoked = new HashSet<>();
        try (Backplane observer = world.observe()) {
            WholeLog.of(observer, Topic.control())
                    .forEach(entry -> revoked.add(entry.event().data()));
        }
        visitors.stream()
                .filter(visitor -> visitor instanceof StreamVisitor stream && revoked.contains(stream.session()))
                .forEach(visitor -> await(visitor + " to be ended", () -> !visitor.isConnected()));
        tell("ended: who was revoked");
    }

    private void publishLast(int topic) {
        publishOne(topic, "last", 1, nodes.get(topic % NODES).life());
    }

    /** Where it must be sent again, retention may have passed: then nobody can tell whether it is stored. */
    private void publishOne(int topic, String publisher, int number, TortureNode.Life by) {
        Publication one = ledger.begin(TOPICS.get(topic), publisher + number, 1); // a number that passes filters
        try {
            one.stored(by.broadcaster()
                    .publish(one.topic(), one.event())
                    .toCompletableFuture()
                    .join()
                    .position()
                    .value());
        } catch (CompletionException e) {
            if (!(e.getCause() instanceof BackplaneUnavailableException away)) {
                throw e;
            }
            one.failed(away.outcomeKnown());
        }
    }

    /** Without anything more being published: what arrives only with the next event arrives too late. */
    private void awaitArrival(String what) {
        Map<Topic, List<Entry>> logs = logs();
        for (Visitor visitor : visitors) {
            for (Topic topic : visitor.topics()) {
                long end = logs.get(topic).stream()
                        .filter(entry -> visitor.diary().asksFor(entry.event().data()))
                        .mapToLong(entry -> entry.position().value())
                        .max()
                        .orElse(0);
                await(what + " to reach " + visitor + " in " + topic, () -> hasArrived(visitor, topic, end));
            }
        }
        tell("arrived: " + what);
    }

    /** A page comes back when its stream is ended. */
    private boolean hasArrived(Visitor visitor, Topic topic, long end) {
        if (!visitor.isConnected()) {
            reconnect(visitor);
        }
        return visitor.diary().hasBegun() && visitor.diary().last(topic) >= end;
    }

    private void check() {
        visitors.forEach(Visitor::leave);
        List<Diary> diaries = visitors.stream().map(Visitor::diary).toList();
        LedgerCheck check = world.loses()
                ? LedgerCheck.lossy(ledger, diaries, retention.maxEntries())
                : LedgerCheck.lossless(ledger, diaries, retention.maxEntries());
        logs().forEach((topic, entries) -> entries.forEach(entry ->
                check.survived(topic, entry.position().value(), entry.event().data())));
        check.run();
        List<String> complaints = visitors.stream()
                .flatMap(visitor -> visitor.complaints().stream())
                .toList();
        if (!complaints.isEmpty()) {
            throw new AssertionError(String.join("\n", complaints));
        }
    }

    private Map<Topic, List<Entry>> logs() {
        Map<Topic, List<Entry>> logs = new HashMap<>();
        try (Backplane observer = world.observe()) {
            TOPICS.forEach(topic -> logs.put(topic, WholeLog.of(observer, topic)));
        }
        return logs;
    }

    private void await(String what, BooleanSupplier condition) {
        if (!Wait.until(PATIENCE_SECONDS, condition)) {
            throw new AssertionError("waited in vain for " + what);
        }
    }

    private long lines(Predicate<Diary.Line> kind) {
        return visitors.stream()
                .map(Visitor::diary)
                .flatMap(diary -> diary.topics().stream().flatMap(topic -> diary.lines(topic).stream()))
                .filter(kind)
                .count();
    }

    @Override
    public void close() {
        publishers.forEach(TorturePublisher::stop);
        visitors.forEach(Visitor::leave);
        nodes.forEach(TortureNode::close);
    }
}
