package dev.tidings.sse.delivery;

import dev.tidings.sse.BroadcasterClosedException;
import dev.tidings.sse.CloseReason;
import dev.tidings.sse.Position;
import dev.tidings.sse.Topic;
import dev.tidings.sse.cursor.CursorLayout;
import dev.tidings.sse.cursor.CursorLayout.Positions;
import dev.tidings.sse.spi.Page;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * How a subscription finds out where to begin: follow its topics, wait for the acknowledgement, and only then ask where
 * those topics end that the cursor does not name. In that order no entry falls in between. Owned by its loop's thread.
 */
final class Opening {

    private static final Duration ASK_AGAIN = Duration.ofMillis(500);

    private final Reader reader;
    private final DeliveryLoop loop;
    private final @Nullable Positions given;
    private final boolean badCursor;
    private final ControlLog control;

    private Opening(Reader reader, @Nullable Positions given, boolean badCursor, ControlLog control) {
        this.reader = reader;
        this.loop = reader.loop();
        this.given = given;
        this.badCursor = badCursor;
        this.control = control;
    }

    /** Prepares to open a reader at a cursor, which may be unreadable, or without one. */
    static Opening of(Reader reader, CursorLayout layout, @Nullable String cursor, ControlLog control) {
        Optional<Positions> given = cursor == null ? Optional.empty() : layout.decode(cursor);
        return new Opening(reader, given.orElse(null), cursor != null && given.isEmpty(), control);
    }

    void start() {
        if (reader.isClosed()) {
            return; // replaced, drained or expired before it came to this
        }
        reader.join();
        reader.whenAvailable(this::locate); // while the backplane is away, nothing opens
    }

    /** Asks for the ends of the topics that the cursor does not name. */
    private void locate() {
        if (reader.isClosed()) {
            return; // it ended while it waited
        }
        List<CompletableFuture<Page>> ends = new ArrayList<>();
        for (int i = 0; i < reader.topics().size(); i++) {
            ends.add(isNew(i) ? end(reader.memberships().topic(i).feed()) : CompletableFuture.completedFuture(null));
        }
        whenAll(ends, () -> open(ends));
    }

    private void open(List<CompletableFuture<Page>> ends) {
        CloseReason withdrawn = control.withdrawn(reader);
        if (withdrawn != null) {
            reader.close(withdrawn);
            return;
        }
        boolean foreign = given != null && given.foreign();
        long[] start = new long[ends.size()];
        long foreignTopics = 0;
        for (int i = 0; i < start.length; i++) {
            if (given == null || isNew(i)) {
                start[i] = ends.get(i).join().end().value();
            } else if (foreign) {
                start[i] = Position.NONE.value();
                foreignTopics |= 1L << i;
            } else {
                start[i] = given.positions()[i];
            }
        }
        reader.open(start, resume(start, foreignTopics), fresh());
    }

    private @Nullable Resume resume(long[] start, long foreignTopics) {
        if (badCursor) {
            return Resume.unreadable(start);
        }
        return given == null ? null : Resume.from(start, foreignTopics);
    }

    /** Asks the backplane where a topic ends; the replay buffer learns it, too. */
    private CompletableFuture<Page> end(TopicFeed feed) {
        long askedAt = feed.buffer().version();
        return loop.backplane()
                .read(feed.topic(), null, 1, 1)
                .toCompletableFuture()
                .thenApply(page -> {
                    feed.learnEnd(page.end(), askedAt);
                    return page;
                });
    }

    private boolean isNew(int topicIndex) {
        return given == null || given.positions()[topicIndex] == Positions.ABSENT;
    }

    /** The topics that a readable cursor does not name: without one there is nothing to be new against. */
    private List<Topic> fresh() {
        List<Topic> fresh = new ArrayList<>();
        for (int i = 0; given != null && i < reader.topics().size(); i++) {
            if (isNew(i)) {
                fresh.add(reader.topics().get(i));
            }
        }
        return fresh;
    }

    /** Goes on, on the loop, when all stages are complete; asks again while the backplane is away. */
    private void whenAll(List<? extends CompletableFuture<?>> stages, Runnable next) {
        CompletionStage<Void> all = CompletableFuture.allOf(stages.toArray(CompletableFuture<?>[]::new));
        all.whenComplete((nothing, failure) -> loop.execute(() -> {
            if (reader.isClosed()) {
                return;
            }
            if (failure == null) {
                next.run();
            } else if (isClosed(failure)) {
                reader.close(CloseReason.DRAIN);
            } else {
                loop.after(ASK_AGAIN, () -> reader.whenAvailable(this::locate));
            }
        }));
    }

    private static boolean isClosed(Throwable failure) {
        return ApplicationStage.cause(failure) instanceof BroadcasterClosedException;
    }
}
