package dev.tidings.sse.delivery;

import dev.tidings.sse.BackplaneUnavailableException;
import dev.tidings.sse.Entry;
import dev.tidings.sse.Event;
import dev.tidings.sse.Position;
import dev.tidings.sse.Published;
import dev.tidings.sse.Retention;
import dev.tidings.sse.Topic;
import dev.tidings.sse.spi.Backplane;
import dev.tidings.sse.spi.Interest;
import dev.tidings.sse.spi.Page;
import dev.tidings.sse.spi.Sink;
import dev.tidings.sse.spi.Status;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * A backplane that is far away: answers and entries come when the test says so, or not at all. Without a script it is as
 * near as the one it stands before.
 */
final class ScriptedBackplane implements Backplane {

    private final int logTag;
    private final List<Following> followers = new ArrayList<>();
    private final Queue<Runnable> reads = new ArrayDeque<>();
    private final Queue<Runnable> acknowledgements = new ArrayDeque<>();
    private Backplane logs;
    private Status status = Status.FRESH;
    private int failures;
    boolean holdReads;
    boolean holdAcknowledgements;
    boolean holdEntries;
    boolean loseEntries;

    ScriptedBackplane(Backplane logs, int logTag) {
        this.logs = logs;
        this.logTag = logTag;
    }

    /** Makes so many reads fail. */
    void failReads(int count) {
        failures = count;
    }

    /** Gives all answers to reads that were held, as the logs are now. */
    void releaseReads() {
        holdReads = false;
        release(reads);
    }

    void releaseAcknowledgements() {
        holdAcknowledgements = false;
        release(acknowledgements);
    }

    void releaseEntries() {
        holdEntries = false;
        List.copyOf(followers).forEach(Following::releaseAll);
    }

    int heldReads() {
        return reads.size();
    }

    /** Tells whether anything is held back. */
    boolean isHolding() {
        return !reads.isEmpty()
                || !acknowledgements.isEmpty()
                || followers.stream().anyMatch(follower -> !follower.held.isEmpty());
    }

    /** Lets one thing happen that was held, if there is any. */
    void releaseOne(Random random) {
        List<Queue<Runnable>> held = new ArrayList<>(List.of(reads, acknowledgements));
        followers.forEach(follower -> held.add(follower.held));
        held.removeIf(Queue::isEmpty);
        if (!held.isEmpty()) {
            held.get(random.nextInt(held.size())).remove().run();
        }
    }

    /** Lets everything happen that was held, and holds nothing more. */
    void releaseAll() {
        releaseAcknowledgements();
        releaseReads();
        releaseEntries();
    }

    void status(Status newStatus) {
        status = newStatus;
        List.copyOf(followers).forEach(follower -> follower.sink.status(newStatus));
    }

    /** Tells all followers that they may have missed something. */
    void diverge() {
        List.copyOf(followers).forEach(follower -> follower.sink.diverged());
    }

    /** Brings an entry a second time, as a backplane that retries does. */
    void repeat(Topic topic, Entry entry) {
        followersOf(topic).forEach(follower -> follower.sink.entry(entry));
    }

    /** Puts other logs in place of these: an old dump, a replica that was behind. */
    void replaceLogs(Backplane others) {
        logs = others;
        followers.forEach(Following::begin);
    }

    @Override
    public CompletionStage<Published> append(
            Topic topic, Event event, Retention retention, @Nullable String idempotencyKey) {
        return logs.append(topic, event, retention, idempotencyKey);
    }

    @Override
    public Interest follow(Topic topic, Sink sink) {
        Following following = new Following(topic, sink);
        followers.add(following);
        if (holdAcknowledgements) {
            acknowledgements.add(following::begin); // what is appended before is not this follower's
        } else {
            following.begin();
        }
        return following;
    }

    @Override
    public CompletionStage<Page> read(Topic topic, @Nullable Position after, int maxEntries, int maxBytes) {
        if (failures > 0) {
            failures--;
            return CompletableFuture.failedFuture(new BackplaneUnavailableException("read", true));
        }
        if (!holdReads) {
            return logs.read(topic, after, maxEntries, maxBytes);
        }
        CompletableFuture<Page> answer = new CompletableFuture<>();
        CompletionStage<Page> now = logs.read(topic, after, maxEntries, maxBytes);
        reads.add(() -> now.thenAccept(answer::complete));
        return answer;
    }

    @Override
    public Status status() {
        return status;
    }

    @Override
    public int logTag() {
        return logTag;
    }

    @Override
    public void close() {
        logs.close();
    }

    private List<Following> followersOf(Topic topic) {
        return followers.stream()
                .filter(follower -> follower.topic.equals(topic))
                .toList();
    }

    private static void release(Queue<Runnable> held) {
        while (!held.isEmpty()) {
            held.remove().run();
        }
    }

    /** One follower: what is on its way to it stays in order. */
    private final class Following implements Interest, Sink {

        private final Topic topic;
        private final Sink sink;
        private final CompletableFuture<Void> acknowledged = new CompletableFuture<>();
        private final Queue<Runnable> held = new ArrayDeque<>();
        private @Nullable Interest interest;
        private boolean closed;

        Following(Topic topic, Sink sink) {
            this.topic = topic;
            this.sink = sink;
        }

        void begin() {
            if (!closed) {
                interest = logs.follow(topic, this);
                acknowledged.complete(null);
            }
        }

        void releaseAll() {
            release(held);
        }

        @Override
        public void entry(Entry entry) {
            if (loseEntries) {
                return;
            }
            if (holdEntries || !held.isEmpty()) {
                held.add(() -> deliver(entry));
            } else {
                deliver(entry);
            }
        }

        private void deliver(Entry entry) {
            if (!closed) {
                sink.entry(entry);
            }
        }

        @Override
        public void diverged() {}

        @Override
        public void status(Status newStatus) {}

        @Override
        public CompletionStage<Void> acknowledged() {
            return acknowledged;
        }

        @Override
        public void close() {
            closed = true;
            followers.remove(this);
            if (interest != null) {
                interest.close();
            }
        }
    }
}
