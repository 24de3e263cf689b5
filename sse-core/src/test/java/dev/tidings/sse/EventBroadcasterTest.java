package dev.tidings.sse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidings.sse.spi.Status;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The face of the library, on real loops and threads. */
class EventBroadcasterTest {

    private static final Topic USER = Topic.of("user", "42");
    private static final Topic GUILD = Topic.of("guild", "7");

    private final EventBroadcaster broadcaster =
            EventBroadcaster.builder().loops(2).build();

    @AfterEach
    void close() {
        broadcaster.close();
    }

    /** Everything a subscription is told, as text, for a test to wait for. */
    private static final class Recording implements Subscriber {

        private final BlockingQueue<String> told = new LinkedBlockingQueue<>();

        @Override
        public void onEvent(Topic topic, Entry entry) {
            told.add(entry.event().data());
        }

        @Override
        public void onGap(Gap gap) {
            told.add("gap " + gap.topic() + " " + gap.reason().wireName());
        }

        @Override
        public void onClosed(CloseReason reason) {
            told.add("closed " + reason.wireName());
        }

        List<String> take(int count) {
            List<String> taken = new ArrayList<>();
            while (taken.size() < count) {
                taken.add(EventBroadcasterTest.take(told));
            }
            return taken;
        }
    }

    // Subscribing.

    @Test
    void aLambdaSubscribes() {
        BlockingQueue<String> received = new LinkedBlockingQueue<>();
        open(Subscription.Request.of(USER), (topic, entry) -> received.add(topic + " " + entry.event()));

        publish(USER, "{}");

        assertThat(take(received)).isEqualTo("user:42 Event[type=event, data=2 characters]");
    }

    @Test
    void eventsArriveInTheOrderOfPublishing() {
        Recording recording = new Recording();
        open(Subscription.Request.of(USER), recording);

        for (int i = 0; i < 5_000; i++) {
            broadcaster.publish(USER, Event.of("event", "" + i));
            if (i % 200 == 0) {
                recording.take(1); // or it would fall behind the retention
                recording.take(i == 0 ? 0 : 199);
            }
        }

        assertThat(recording.take(199)).startsWith("4801").endsWith("4999");
    }

    @Test
    void eventsOfManyPublishersArriveOnceAndInEachOnesOrder() throws Exception {
        int publishers = 4;
        int each = 1_000;
        try (EventBroadcaster large = EventBroadcaster.builder()
                .retention(Retention.DEFAULT.maxEntries(publishers * each))
                .loops(2)
                .build()) {
            List<Recording> recordings =
                    IntStream.range(0, 8).mapToObj(i -> new Recording()).toList();
            for (Recording recording : recordings) {
                opened(large.subscribe(Subscription.Request.of(USER, GUILD), recording));
            }
            ExecutorService pool = Executors.newFixedThreadPool(publishers);
            try {
                List<Future<?>> running = new ArrayList<>();
                for (int p = 0; p < publishers; p++) {
                    int publisher = p;
                    running.add(pool.submit(() -> {
                        Topic topic = publisher % 2 == 0 ? USER : GUILD;
                        for (int i = 0; i < each; i++) {
                            large.publish(topic, Event.of("event", publisher + ":" + i));
                        }
                    }));
                }
                for (Future<?> future : running) {
                    future.get(60, TimeUnit.SECONDS);
                }
            } finally {
                pool.shutdownNow();
            }
            for (Recording recording : recordings) {
                List<String> all = recording.take(publishers * each);
                for (int p = 0; p < publishers; p++) {
                    String prefix = p + ":";
                    assertThat(all.stream().filter(data -> data.startsWith(prefix)))
                            .isEqualTo(IntStream.range(0, each)
                                    .mapToObj(i -> prefix + i)
                                    .toList());
                }
            }
        }
    }

    @Test
    void aSubscriptionBeginsWithWhatIsPublishedOnceItIsOpen() {
        publish(USER, "before");
        Recording recording = new Recording();
        open(Subscription.Request.of(USER), recording);

        publish(USER, "after");

        assertThat(recording.take(1)).containsExactly("after");
    }

    @Test
    void aSubscriptionTakesTopicsThatWereCollected() {
        Recording recording = new Recording();
        open(Subscription.Request.of(new TreeSet<>(List.of(USER, GUILD))), recording);

        publish(USER, "a");
        publish(GUILD, "b");

        assertThat(recording.take(2)).containsExactlyInAnyOrder("a", "b");
    }

    @Test
    void aFilterNarrowsASubscription() {
        Recording recording = new Recording();
        open(
                Subscription.Request.of(USER)
                        .filter(event -> "7".equals(event.attributes().get("guild"))),
                recording);

        publish(USER, Event.of("event", "other").attribute("guild", "8"));
        publish(USER, Event.of("event", "none"));
        publish(USER, Event.of("event", "mine").attribute("guild", "7"));

        assertThat(recording.take(1)).containsExactly("mine");
    }

    @Test
    void aFilterThatThrowsEndsItsSubscription() {
        Recording recording = new Recording();
        open(
                Subscription.Request.of(USER).filter(event -> {
                    throw new IllegalStateException("broken filter");
                }),
                recording);

        publish(USER, "e");

        assertThat(recording.take(1)).containsExactly("closed error");
    }

    @Test
    void anExecutorOfTheApplicationRunsTheCallbacks() {
        ExecutorService executor = Executors.newSingleThreadExecutor(task -> new Thread(task, "mine"));
        try {
            BlockingQueue<String> threads = new LinkedBlockingQueue<>();
            open(
                    Subscription.Request.of(USER).executor(executor),
                    (topic, entry) -> threads.add(Thread.currentThread().getName()));

            publish(USER, "e");

            assertThat(take(threads)).isEqualTo("mine");
        } finally {
            executor.shutdownNow();
        }
    }

    @Test
    void evenTheLoopItselfMayRunTheCallbacks() {
        Recording recording = new Recording();
        open(Subscription.Request.of(USER).executor(Runnable::run), recording);

        publish(USER, "a");
        publish(USER, "b");

        assertThat(recording.take(2)).containsExactly("a", "b");
    }

    // Going on.

    @Test
    void theCursorGoesOnWhereTheSubscriberStopped() {
        Recording first = new Recording();
        Subscription subscription = open(Subscription.Request.of(USER), first);
        publish(USER, "a");
        publish(USER, "b");
        first.take(2);
        subscription.close();
        publish(USER, "missed");

        Recording second = new Recording();
        open(Subscription.Request.of(USER).from(subscription.cursor()), second);
        publish(USER, "next");

        assertThat(second.take(2)).containsExactly("missed", "next");
    }

    @Test
    void theCursorWithinACallbackIsBehindItsEvent() {
        BlockingQueue<String> cursors = new LinkedBlockingQueue<>();
        AtomicReference<Subscription> self = new AtomicReference<>();
        self.set(broadcaster.subscribe(
                Subscription.Request.of(USER),
                (topic, entry) -> cursors.add(self.get().cursor().text())));
        opened(self.get());
        publish(USER, "seen");
        String cursor = take(cursors);
        publish(USER, "next");

        Recording second = new Recording();
        open(Subscription.Request.of(USER).from(new Cursor(cursor)), second);

        assertThat(second.take(1)).containsExactly("next");
    }

    @Test
    void aPositionIsACursorToBeginAt() {
        publish(USER, "before");
        Cursor cursor = await(broadcaster.position(USER, GUILD));
        publish(GUILD, "g");
        publish(USER, "u");

        Recording recording = new Recording();
        open(Subscription.Request.of(USER, GUILD).from(cursor), recording);

        assertThat(recording.take(2)).containsExactlyInAnyOrder("g", "u");
    }

    @Test
    void aPositionKnowsNoOrderAndNoDuplicatesOfTopics() {
        Cursor cursor = await(broadcaster.position(List.of(GUILD, USER, GUILD)));
        publish(USER, "u");

        Recording recording = new Recording();
        open(Subscription.Request.of(USER, GUILD).from(cursor), recording);

        assertThat(recording.take(1)).containsExactly("u");
    }

    @Test
    void aCursorThatCannotBeReadIsAGap() {
        Recording recording = new Recording();
        open(Subscription.Request.of(USER).from(new Cursor("nonsense")), recording);
        publish(USER, "e");

        assertThat(recording.take(2)).containsExactly("gap user:42 bad-cursor", "e");
    }

    @Test
    void aCursorOfAnotherBroadcasterIsAGap() {
        try (EventBroadcaster other = EventBroadcaster.create()) {
            Cursor cursor = await(other.position(USER));
            publish(USER, "retained");

            Recording recording = new Recording();
            open(Subscription.Request.of(USER).from(cursor), recording);

            List<String> told = recording.take(2);
            assertThat(told.get(0)).startsWith("gap user:42");
            assertThat(told.get(1)).isEqualTo("retained");
        }
    }

    // Nobody waits for anybody.

    @Test
    void aSlowCallbackDelaysNoOther() throws Exception {
        CountDownLatch release = new CountDownLatch(1);
        CountDownLatch entered = new CountDownLatch(1);
        Recording slow = new Recording();
        open(Subscription.Request.of(USER), (topic, entry) -> {
            entered.countDown();
            awaitLatch(release);
            slow.onEvent(topic, entry);
        });
        Recording quick = new Recording();
        open(Subscription.Request.of(USER), quick);

        for (int i = 0; i < 100; i++) {
            publish(USER, "" + i);
        }
        assertThat(entered.await(30, TimeUnit.SECONDS)).isTrue();
        assertThat(quick.take(100)).endsWith("99");

        release.countDown();
        assertThat(slow.take(100)).startsWith("0").endsWith("99");
    }

    @Test
    void whoIsSlowerThanTheRetentionIsToldOfTheGap() throws Exception {
        CountDownLatch release = new CountDownLatch(1);
        CountDownLatch entered = new CountDownLatch(1);
        Recording slow = new Recording();
        open(Subscription.Request.of(USER), new Subscriber() {
            @Override
            public void onEvent(Topic topic, Entry entry) {
                entered.countDown();
                awaitLatch(release);
                slow.onEvent(topic, entry);
            }

            @Override
            public void onGap(Gap gap) {
                slow.onGap(gap);
            }
        });
        publish(USER, "first");
        assertThat(entered.await(30, TimeUnit.SECONDS)).isTrue();
        for (int i = 0; i < 300; i++) {
            publish(USER, "" + i);
        }
        release.countDown();

        List<String> told = slow.take(258);
        assertThat(told).startsWith("first", "gap user:42 trimmed", "44").endsWith("299");
    }

    @Test
    void aCallbackThatThrowsGetsTheNextEventAllTheSame() {
        BlockingQueue<String> received = new LinkedBlockingQueue<>();
        open(Subscription.Request.of(USER), (topic, entry) -> {
            received.add(entry.event().data());
            throw new IllegalStateException("broken callback");
        });

        publish(USER, "a");
        publish(USER, "b");

        assertThat(take(received)).isEqualTo("a");
        assertThat(take(received)).isEqualTo("b");
    }

    // Ending.

    @Test
    void afterCloseReturnedNothingArrives() {
        for (int round = 0; round < 50; round++) {
            AtomicBoolean closed = new AtomicBoolean();
            AtomicBoolean late = new AtomicBoolean();
            CountDownLatch first = new CountDownLatch(1);
            Subscription subscription = open(Subscription.Request.of(USER), (topic, entry) -> {
                first.countDown();
                late.compareAndSet(false, closed.get());
            });
            for (int i = 0; i < 20; i++) {
                broadcaster.publish(USER, Event.of("event", "" + i));
            }
            awaitLatch(first);
            subscription.close();
            closed.set(true);
            publish(USER, "late");
            assertThat(late).isFalse();
        }
    }

    @Test
    void closeWaitsForTheCallbackUnderWay() throws Exception {
        CountDownLatch entered = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        AtomicBoolean finished = new AtomicBoolean();
        Subscription subscription = open(Subscription.Request.of(USER), (topic, entry) -> {
            entered.countDown();
            awaitLatch(release);
            finished.set(true);
        });
        publish(USER, "e");
        awaitLatch(entered);
        ExecutorService closer = Executors.newSingleThreadExecutor();
        try {
            Future<Boolean> finishedBefore = closer.submit(() -> {
                subscription.close();
                return finished.get();
            });
            release.countDown();
            assertThat(finishedBefore.get(30, TimeUnit.SECONDS)).isTrue();
        } finally {
            closer.shutdownNow();
        }
    }

    @Test
    void aCallbackMayCloseItsOwnSubscriptionAndIsTheLast() {
        BlockingQueue<String> received = new LinkedBlockingQueue<>();
        AtomicReference<Subscription> self = new AtomicReference<>();
        self.set(broadcaster.subscribe(Subscription.Request.of(USER), (topic, entry) -> {
            received.add(entry.event().data());
            self.get().close();
        }));
        opened(self.get());
        Recording witness = new Recording();
        open(Subscription.Request.of(USER), witness);

        for (int i = 0; i < 100; i++) {
            publish(USER, "" + i);
        }
        witness.take(100);

        assertThat(take(received)).isEqualTo("0");
        assertThat(received).isEmpty();
    }

    @Test
    void closingTwiceOrBeforeOpeningIsHarmless() {
        List<Runnable> neverRun = Collections.synchronizedList(new ArrayList<>());
        Subscription subscription =
                broadcaster.subscribe(Subscription.Request.of(USER).executor(neverRun::add), new Recording());
        subscription.close();
        subscription.close();

        assertThat(subscription.opened().toCompletableFuture())
                .failsWithin(Duration.ofSeconds(30))
                .withThrowableOfType(ExecutionException.class)
                .withCauseInstanceOf(SubscriptionClosedException.class);
    }

    @Test
    void theCloseOfTheBroadcasterEndsSubscriptions() {
        Recording recording = new Recording();
        open(Subscription.Request.of(USER), recording);

        broadcaster.close();
        broadcaster.close();

        assertThat(recording.take(1)).containsExactly("closed drain");
    }

    @Test
    void aSubscriberThatIsBusyHearsOfTheCloseAfterwards() {
        CountDownLatch entered = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        Recording recording = new Recording();
        open(Subscription.Request.of(USER), new Subscriber() {
            @Override
            public void onEvent(Topic topic, Entry entry) {
                entered.countDown();
                awaitLatch(release);
                recording.onEvent(topic, entry);
            }

            @Override
            public void onClosed(CloseReason reason) {
                recording.onClosed(reason);
            }
        });
        publish(USER, "e");
        awaitLatch(entered);

        broadcaster.close();
        release.countDown();

        assertThat(recording.take(2)).containsExactly("e", "closed drain");
    }

    @Test
    void afterItsCloseABroadcasterSaysSo() {
        broadcaster.close();

        assertClosed(broadcaster.publish(USER, Event.of("event", "e")));
        assertClosed(broadcaster.position(USER));
        assertClosed(broadcaster.revoke(Revocation.principal("42")));
        assertClosed(broadcaster.reauthorize("42"));
        assertThatThrownBy(() -> broadcaster.subscribe(Subscription.Request.of(USER), new Recording()))
                .isInstanceOf(BroadcasterClosedException.class);
    }

    @Test
    void aBroadcasterMayBeClosedWithinACallback() {
        Recording recording = new Recording();
        open(Subscription.Request.of(USER), (topic, entry) -> {
            broadcaster.close();
            recording.onEvent(topic, entry);
        });

        publish(USER, "e");

        assertThat(recording.take(1)).containsExactly("e");
    }

    @Test
    void aBroadcasterMayBeClosedWithinACallbackOnItsLoop() {
        Recording recording = new Recording();
        open(Subscription.Request.of(USER).executor(Runnable::run), (topic, entry) -> {
            broadcaster.close();
            recording.onEvent(topic, entry);
        });

        publish(USER, "e");

        assertThat(recording.take(1)).containsExactly("e");
    }

    // Publishing.

    @Test
    void aPublishIsAnsweredWithItsPosition() {
        Published first = publish(USER, "a");
        Published second = publish(USER, "b");

        assertThat(first.duplicate()).isFalse();
        assertThat(second.position()).isGreaterThan(first.position());
    }

    @Test
    void theSameKeyTwiceIsDeliveredOnce() {
        Recording recording = new Recording();
        open(Subscription.Request.of(USER), recording);
        Publish once = Publish.idempotencyKey("webhook-1");

        Published first = await(broadcaster.publish(USER, Event.of("event", "a"), once));
        Published again = await(broadcaster.publish(USER, Event.of("event", "a"), once));
        publish(USER, "b");

        assertThat(again).isEqualTo(new Published(first.position(), true));
        assertThat(recording.take(2)).containsExactly("a", "b");
    }

    @Test
    void aStageMayTakeItsTime() {
        CountDownLatch release = new CountDownLatch(1);
        Recording recording = new Recording();
        open(Subscription.Request.of(USER), recording);
        CountDownLatch chained = new CountDownLatch(1); // or the stage may be complete already, and block this thread
        Executor afterThat = task -> CompletableFuture.runAsync(() -> {
            awaitLatch(chained);
            task.run();
        });
        Subscription blocked =
                broadcaster.subscribe(Subscription.Request.of(USER).executor(afterThat), new Recording());
        blocked.opened().thenRun(() -> awaitLatch(release));
        chained.countDown();

        for (int i = 0; i < 10; i++) {
            publish(USER, "" + i);
        }

        assertThat(recording.take(10)).endsWith("9");
        release.countDown();
    }

    // Misuse.

    @Test
    void anOversizedEventIsRefusedWithItsSize() {
        assertThatThrownBy(() -> broadcaster.publish(USER, Event.of("guild-joined", "x".repeat(65_537))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("guild-joined")
                .hasMessageContaining("65536")
                .hasMessageContaining("65537");
    }

    @Test
    void theSizeOfAnEventIsInBytes() {
        publish(USER, "€".repeat(21_845));
        assertThatThrownBy(() -> broadcaster.publish(USER, Event.of("event", "€".repeat(21_846))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("65538");
    }

    @Test
    void attributesArePartOfAnEventsSize() {
        Event event = Event.of("event", "x".repeat(65_530)).attribute("a", "12345");
        publish(USER, event);
        assertThatThrownBy(() -> broadcaster.publish(USER, event.attribute("b", "")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("65537");
    }

    @Test
    void misuseIsAnsweredWithTheValue() {
        assertMisuse(() -> broadcaster.publish(Topic.control(), Event.of("e", "")), "$control");
        assertMisuse(() -> broadcaster.position(), "topics", "0");
        assertMisuse(
                () -> broadcaster.position(
                        IntStream.range(0, 65).mapToObj(i -> Topic.of("t" + i)).toList()),
                "topics",
                "64",
                "65");
        assertMisuse(
                () -> broadcaster.subscribe(Subscription.Request.of(Topic.control()), new Recording()), "$control");
        assertMisuse(Subscription.Request::of, "topics");
        assertMisuse(() -> Topic.of("with blank "), "with blank ");
        assertMisuse(() -> Topic.of(""), "0");
        assertMisuse(() -> Topic.of("x".repeat(257)), "256", "257");
        assertMisuse(() -> Topic.of("$control"), "$control");
        assertMisuse(() -> Topic.of("a:b", "c"), "a:b");
        assertMisuse(() -> Topic.of("a", ""), "a");
        assertMisuse(() -> Event.of("", "x"), "type", "0");
        assertMisuse(() -> Event.of("a\nb", "x"), "type", "a\\u000ab");
        assertMisuse(() -> Event.of("stream.open", "x"), "stream.open");
        assertMisuse(() -> Event.of("e", "x").key("a\0"), "key", "\\u0000");
        assertMisuse(() -> Publish.idempotencyKey("a b"), "idempotencyKey", "a b");
        assertMisuse(() -> Revocation.principal(""), "PRINCIPAL");
        assertMisuse(() -> Access.to(), "topics");
        assertMisuse(() -> Access.denied(200), "status", "200");
        assertMisuse(() -> Position.of(-1, 0), "millis", "-1");
        assertMisuse(() -> Retention.DEFAULT.maxEntries(15), "maxEntries", "16", "15");
        assertMisuse(() -> Retention.DEFAULT.maxAge(Duration.ofMillis(999)), "maxAge", "PT0.999S");
    }

    @Test
    void aSettingOutOfRangeIsRefusedWithItsValue() {
        assertMisuse(
                () -> EventBroadcaster.builder()
                        .heartbeat(Duration.ofMillis(99))
                        .build(),
                "heartbeat",
                "PT0.099S");
        assertMisuse(
                () -> EventBroadcaster.builder().writeDeadline(Duration.ZERO).build(), "writeDeadline", "PT0S");
        assertMisuse(() -> EventBroadcaster.builder().maxEventBytes(0).build(), "maxEventBytes", "0");
        assertMisuse(
                () -> EventBroadcaster.builder().maxEventBytes((1 << 20) + 1).build(), "maxEventBytes", "1048577");
        assertMisuse(() -> EventBroadcaster.builder().maxTopics(65).build(), "maxTopics", "65");
        assertMisuse(() -> EventBroadcaster.builder().maxStreams(0).build(), "maxStreams", "0");
        assertMisuse(
                () -> EventBroadcaster.builder().maxStreamsPerPrincipal(-1).build(), "maxStreamsPerPrincipal", "-1");
        assertMisuse(() -> EventBroadcaster.builder().loops(0).build(), "loops", "0");
    }

    @Test
    void anErrorDoesNotTellTheData() {
        assertThatThrownBy(() -> broadcaster.publish(USER, Event.of("event", "secret".repeat(20_000))))
                .hasMessageNotContaining("secret");
        assertThat(Event.of("event", "secret")).asString().doesNotContain("secret");
    }

    @Test
    void whatIsMissingIsNamed() {
        assertThatThrownBy(() -> broadcaster.publish(null, Event.of("e", ""))).hasMessage("topic");
        assertThatThrownBy(() -> broadcaster.subscribe(null, new Recording())).hasMessage("request");
        assertThatThrownBy(() -> broadcaster.subscribe(Subscription.Request.of(USER), null))
                .hasMessage("subscriber");
        assertThatThrownBy(() -> broadcaster.revoke(null)).hasMessage("revocation");
        assertThatThrownBy(() -> Event.of(null, "")).hasMessage("type");
        assertThatThrownBy(() -> Event.of("e", null)).hasMessage("data");
    }

    // Looking at it.

    @Test
    void metricsCountWhatHappened() {
        Recording recording = new Recording();
        Subscription subscription = open(Subscription.Request.of(USER), recording);
        Recording resumed = new Recording();
        open(Subscription.Request.of(USER).from(new Cursor("nonsense")), resumed);
        publish(USER, Event.of("joined", "1"));
        publish(USER, Event.of("joined", "2"));
        publish(GUILD, Event.of("left", "3"));
        await(broadcaster.publish(GUILD, Event.of("left", "3"), Publish.idempotencyKey("k")));
        await(broadcaster.publish(GUILD, Event.of("left", "3"), Publish.idempotencyKey("k")));
        recording.take(2);
        // The gap is counted once its write was taken, so certainly before the next write, with the events, begins.
        assertThat(resumed.take(3)).containsExactly("gap user:42 bad-cursor", "1", "2");

        BroadcasterMetrics metrics = broadcaster.metrics();

        assertThat(metrics.totalEvents()).isEqualTo(4);
        assertThat(metrics.eventsByType())
                .containsEntry("joined", 2L)
                .containsEntry("left", 2L)
                .hasSize(2);
        assertThat(metrics.activeSubscriptions()).isEqualTo(2);
        assertThat(metrics.activeConnections()).isZero();
        assertThat(metrics.gapsByReason()).containsEntry(Gap.Reason.BAD_CURSOR, 1L);
        assertThat(metrics.averageLatency()).isBetween(Duration.ZERO, Duration.ofMinutes(1));
        subscription.close();
    }

    @Test
    void aTypeMadeOfUserInputDoesNotGrowTheMetrics() {
        for (int i = 0; i < 1_000; i++) {
            publish(USER, Event.of("type-" + i, ""));
        }

        BroadcasterMetrics metrics = broadcaster.metrics();
        assertThat(metrics.eventsByType()).hasSizeLessThanOrEqualTo(102).containsKey("other");
        assertThat(metrics.totalEvents()).isEqualTo(1_000);
    }

    @Test
    void aBroadcasterInMemoryIsAlwaysFresh() {
        assertThat(broadcaster.status()).isEqualTo(Status.FRESH);
    }

    private Subscription open(Subscription.Request request, Subscriber subscriber) {
        return opened(broadcaster.subscribe(request, subscriber));
    }

    private static Subscription opened(Subscription subscription) {
        await(subscription.opened());
        return subscription;
    }

    private Published publish(Topic topic, String data) {
        return publish(topic, Event.of("event", data));
    }

    private Published publish(Topic topic, Event event) {
        return await(broadcaster.publish(topic, event));
    }

    private static <T> T await(CompletionStage<T> stage) {
        try {
            return stage.toCompletableFuture().get(30, TimeUnit.SECONDS);
        } catch (Exception e) {
            throw new AssertionError("no answer", e);
        }
    }

    private static String take(BlockingQueue<String> queue) {
        try {
            String next = queue.poll(30, TimeUnit.SECONDS);
            assertThat(next).as("something told within 30 s").isNotNull();
            return next;
        } catch (InterruptedException e) {
            throw new AssertionError("interrupted", e);
        }
    }

    private static void awaitLatch(CountDownLatch latch) {
        try {
            assertThat(latch.await(30, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError("interrupted", e);
        }
    }

    private static void assertClosed(CompletionStage<?> stage) {
        assertThat(stage.toCompletableFuture())
                .failsWithin(Duration.ofSeconds(30))
                .withThrowableOfType(ExecutionException.class)
                .withCauseInstanceOf(BroadcasterClosedException.class);
    }

    private static void assertMisuse(Runnable call, String... named) {
        assertThatThrownBy(call::run)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContainingAll(named);
    }
}
