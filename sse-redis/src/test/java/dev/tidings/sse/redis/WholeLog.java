package dev.tidings.sse.redis;

import dev.tidings.sse.Entry;
import dev.tidings.sse.Position;
import dev.tidings.sse.Topic;
import dev.tidings.sse.spi.Backplane;
import dev.tidings.sse.spi.Page;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicReference;

/** Reads all that a topic's log holds. Asks again while the backplane is away: each of its connections comes back in its own time. */
final class WholeLog {

    private static final int ALL = 1_000_000_000;

    private WholeLog() {}

    static List<Entry> of(Backplane backplane, Topic topic) {
        List<Entry> log = new ArrayList<>();
        Page page = page(backplane, topic, Position.NONE);
        while (!page.entries().isEmpty()) {
            log.addAll(page.entries());
            page = page(backplane, topic, log.get(log.size() - 1).position());
        }
        return log;
    }

    private static Page page(Backplane backplane, Topic topic, Position after) {
        AtomicReference<Page> answer = new AtomicReference<>();
        Wait.until("the log to be read", () -> {
            CompletableFuture<Page> page =
                    backplane.read(topic, after, ALL, ALL).toCompletableFuture();
            try {
                answer.set(page.join());
                return true;
            } catch (CompletionException e) {
                return false;
            }
        });
        return answer.get();
    }
}
