package dev.tidings.sse.redis;

import dev.tidings.sse.CloseReason;
import dev.tidings.sse.Cursor;
import dev.tidings.sse.Entry;
import dev.tidings.sse.Gap;
import dev.tidings.sse.Subscriber;
import dev.tidings.sse.Subscription;
import dev.tidings.sse.Topic;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** A program that subscribes in a node's own process. */
final class CallbackVisitor extends Visitor {

    private static final long PATIENCE_MILLIS = 200;

    // Touched by the director's thread only.
    private @Nullable Cursor cursor;
    private @Nullable Visit visit;

    CallbackVisitor(String name, List<Topic> topics, boolean filtering) {
        super(name, topics, filtering);
    }

    @Override
    void connect(TortureNode.Life node) {
        if (cursor == null) {
            cursor = snapshot(node);
        }
        if (cursor != null) {
            Subscription.Request request = new Subscription.Request(topics(), cursor, null, null)
                    .filter(event -> diary().asksFor(event.data()));
            visit = new Visit();
            visit.subscription = node.broadcaster().subscribe(request, visit);
        }
    }

    /** What a page asks for before it reads its data. */
    private @Nullable Cursor snapshot(TortureNode.Life node) {
        try {
            Cursor snapshot = node.broadcaster()
                    .position(topics())
                    .toCompletableFuture()
                    .get(PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
            diary().begin(positions(snapshot.text()));
            return snapshot;
        } catch (ExecutionException | TimeoutException e) {
            return null; // the node is cut off; another time
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return null;
        }
    }

    @Override
    void leave() {
        if (visit == null) {
            return;
        }
        visit.setFrozen(false);
        visit.subscription.close();
        Cursor behind = visit.subscription.cursor();
        if (behind != null) {
            cursor = behind;
        }
        visit = null;
    }

    @Override
    boolean isConnected() {
        return visit != null && !visit.ended;
    }

    @Override
    void freeze() {
        if (visit != null) {
            visit.setFrozen(true);
        }
    }

    @Override
    void thaw() {
        if (visit != null) {
            visit.setFrozen(false);
        }
    }

    @Override
    List<String> complaints() {
        return List.of();
    }

    /** One subscription, called by one thread at a time. */
    private final class Visit implements Subscriber {

        private Subscription subscription;
        private volatile boolean ended;
        private boolean frozen; // guarded by this

        @Override
        public void onEvent(Topic topic, Entry entry) {
            awaitThaw();
            diary().saw(topic, entry.position().value(), entry.event().data());
        }

        @Override
        public void onGap(Gap gap) {
            awaitThaw();
            diary().missed(gap.topic(), gap.reason());
        }

        @Override
        public void onClosed(CloseReason reason) {
            ended = true;
        }

        private synchronized void setFrozen(boolean newFrozen) {
            frozen = newFrozen;
            notifyAll();
        }

        private synchronized void awaitThaw() {
            try {
                while (frozen) {
                    wait();
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
