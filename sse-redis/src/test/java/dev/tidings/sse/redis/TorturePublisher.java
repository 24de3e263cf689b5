package dev.tidings.sse.redis;

import dev.tidings.sse.BackplaneUnavailableException;
import dev.tidings.sse.BroadcasterClosedException;
import dev.tidings.sse.Publish;
import dev.tidings.sse.Published;
import dev.tidings.sse.Topic;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Publishes numbered events as fast as it is answered, on a thread of its own.
 *
 * <p>The hasty one has many on their way and asks once: order must hold among all of one life of its node. The relay has
 * one on its way, with an idempotency key, and asks again on any node until it is told that it is stored.
 */
final class TorturePublisher implements Runnable {

    private static final int WINDOW = 32;
    private static final int LONGEST_PAUSE_MICROS = 4_000;
    private static final long ASK_AGAIN_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

    private final String name;
    private final Ledger ledger;
    private final List<TortureNode> nodes;
    private final List<Topic> topics;
    private final Random random;
    private final boolean relay;
    private final int home;
    private final Semaphore window = new Semaphore(WINDOW);
    private final Thread thread;

    private volatile boolean stopped;
    private volatile int burst;

    // Touched by its own thread only.
    private TortureNode.@Nullable Life life;
    private int incarnation;
    private int number;

    TorturePublisher(int index, boolean relay, Ledger ledger, List<TortureNode> nodes, List<Topic> topics, long seed) {
        this.name = (relay ? "relay" : "hasty") + index;
        this.relay = relay;
        this.ledger = ledger;
        this.nodes = nodes;
        this.topics = topics;
        this.random = new Random(seed);
        this.home = index % nodes.size();
        this.thread = new Thread(this, name);
        thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    /** Publishes so many to one topic without a pause, so that whoever is slow is left behind. */
    void burst(int count) {
        burst = count;
    }

    /** Begins no more. */
    void stop() {
        stopped = true;
    }

    boolean isDone() {
        return !thread.isAlive();
    }

    @Override
    public void run() {
        while (!stopped) {
            if (relay) {
                relayOne();
            } else {
                publishSome();
            }
            LockSupport.parkNanos(TimeUnit.MICROSECONDS.toNanos(random.nextInt(LONGEST_PAUSE_MICROS)));
        }
    }

    private void publishSome() {
        Topic topic = topics.get(random.nextInt(topics.size()));
        int count = 1 + burst;
        burst = 0;
        for (int i = 0; i < count; i++) {
            publishOne(topic);
        }
    }

    private void publishOne(Topic topic) {
        window.acquireUninterruptibly();
        TortureNode.Life now = nodes.get(home).life();
        if (now != life) {
            life = now;
            incarnation++;
        }
        Publication publication = ledger.begin(topic, name + "." + incarnation, number++);
        stage(() -> now.broadcaster().publish(topic, publication.event())).whenComplete((published, failure) -> {
            note(publication, published, failure);
            window.release();
        });
    }

    private void relayOne() {
        Publication publication = ledger.begin(topics.get(random.nextInt(topics.size())), name, number++);
        Publish options = Publish.idempotencyKey(publication.data());
        while (publication.outcome() != Publication.Outcome.STORED) {
            TortureNode.Life node = nodes.get(random.nextInt(nodes.size())).life();
            try {
                Published published = stage(
                                () -> node.broadcaster().publish(publication.topic(), publication.event(), options))
                        .toCompletableFuture()
                        .join();
                publication.stored(published.position().value());
            } catch (CompletionException e) {
                note(publication, null, e);
                LockSupport.parkNanos(ASK_AGAIN_NANOS);
            }
        }
    }

    private void note(Publication publication, @Nullable Published published, @Nullable Throwable failure) {
        if (published != null) {
            publication.stored(published.position().value());
            return;
        }
        Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
        boolean away = cause instanceof BackplaneUnavailableException;
        if (!away && !(cause instanceof BroadcasterClosedException)) {
            ledger.complain(publication + " failed by " + cause);
        }
        publication.failed(away && ((BackplaneUnavailableException) cause).outcomeKnown());
    }

    /** Not every refusal comes through the stage. */
    static <T> CompletionStage<T> stage(Supplier<CompletionStage<T>> call) {
        try {
            return call.get();
        } catch (RuntimeException e) {
            return CompletableFuture.failedStage(e);
        }
    }
}
