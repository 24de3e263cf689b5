package dev.tidings.sse.redis;

import dev.tidings.sse.BackplaneUnavailableException;
import dev.tidings.sse.BroadcasterClosedException;
import dev.tidings.sse.Entry;
import dev.tidings.sse.Position;
import dev.tidings.sse.SseException;
import dev.tidings.sse.Topic;
import dev.tidings.sse.spi.Page;
import dev.tidings.sse.spi.Page.Verdict;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.Protocol.Command;
import redis.clients.jedis.exceptions.JedisDataException;

/**
 * Reads, and whatever else is asked without changing a log. Fails fast while Redis is away: who asks knows best when to ask
 * again. Thread-safe.
 */
final class Reads {

    private static final int ATTEMPTS = 10;
    private static final Duration PAUSE = Duration.ofMillis(100);
    private static final byte[] ONE_KEY = Connector.ascii("1");

    private final Keys keys;
    private final Scripts scripts;
    private final Routes routes;
    private final Timer timer;
    private final Executor answers;
    private final AtomicLong connections = new AtomicLong();
    private volatile boolean closed;

    Reads(Keys keys, Scripts scripts, Routes routes, Timer timer, Executor answers) {
        this.keys = keys;
        this.scripts = scripts;
        this.routes = routes;
        this.timer = timer;
        this.answers = answers;
    }

    /** Reads a page, as {@link dev.tidings.sse.spi.Backplane#read}. */
    CompletionStage<Page> page(Topic topic, @Nullable Position after, int maxEntries, int maxBytes) {
        Question question = new Question(
                Partitions.of(topic),
                Command.EVALSHA,
                scripts.read().hash(),
                ONE_KEY,
                keys.log(topic),
                Connector.ascii(after == null ? "" : after.toString()),
                Connector.ascii(Integer.toString(maxEntries)),
                Connector.ascii(Integer.toString(maxBytes)),
                Connector.ascii(Integer.toString(ThreadLocalRandom.current().nextInt(1 << 14))));
        return ask(question).thenApply(Reads::page);
    }

    /** Asks where logs of one partition end: as text, empty where there is no log. */
    CompletionStage<List<String>> touch(int partition, List<Topic> topics) {
        byte[][] words = new byte[topics.size() + 2][];
        words[0] = scripts.touch().hash();
        words[1] = Connector.ascii(Integer.toString(topics.size()));
        for (int i = 0; i < topics.size(); i++) {
            words[i + 2] = keys.log(topics.get(i));
        }
        return ask(new Question(partition, Command.EVALSHA, words))
                .thenApply(ends -> ((List<?>) ends).stream().map(Answers::text).toList());
    }

    /** Asks, as often as it takes. */
    CompletionStage<Object> ask(Question question) {
        dispatch(question);
        return question.answer().minimalCompletionStage();
    }

    /** Asks for the sake of what it does; the answer interests nobody. */
    void tell(Question question) {
        dispatch(question);
    }

    private void dispatch(Question question) {
        ReadLink link = routes.readLink(question);
        if (closed) {
            fail(question, new BroadcasterClosedException());
        } else if (link == null || !link.offer(question)) {
            askLater(question);
        }
    }

    /** Gives a question its answer, or sees that it is asked again. */
    void settle(Question question, Object reply) {
        question.detour(null);
        if (!(reply instanceof JedisDataException error)) {
            answers.execute(() -> question.answer().complete(reply));
            return;
        }
        Refusal refusal = Refusal.of(error);
        if (refusal == Refusal.FINAL) {
            fail(question, new SseException("read was refused by Redis: " + Answers.code(error)));
        } else if (refusal == Refusal.NO_SCRIPT && question.failedAttempt() < ATTEMPTS) {
            dispatch(question);
        } else if (refusal == Refusal.DETOUR) {
            question.detour(Refusal.target(error));
            dispatch(question);
        } else {
            if (refusal.isOutdated()) {
                routes.refresh();
            }
            askLater(question);
        }
    }

    /** Learns that a link has connected. */
    void connected() {
        connections.incrementAndGet();
    }

    /** Returns how often links have connected: as long as it stays the same, all is asked where it was asked before. */
    long connections() {
        return connections.get();
    }

    /** Learns that a connection died under a question. One that had died before it was used says nothing of Redis. */
    void connectionLost(Question question) {
        question.detour(null);
        if (question.failedAttempt() == 1) {
            dispatch(question);
        } else {
            away(question);
        }
    }

    /** Learns that there is no connection. */
    void away(Question question) {
        fail(question, closed ? new BroadcasterClosedException() : new BackplaneUnavailableException("read", true));
    }

    void close() {
        closed = true;
    }

    private void askLater(Question question) {
        if (question.failedAttempt() < ATTEMPTS) {
            timer.after(PAUSE, () -> dispatch(question));
        } else {
            away(question);
        }
    }

    private void fail(Question question, SseException failure) {
        answers.execute(() -> question.answer().completeExceptionally(failure));
    }

    private static Page page(Object answer) {
        List<?> parts = (List<?>) answer;
        Verdict verdict = switch (Answers.text(parts.get(0))) {
            case "contiguous" -> Verdict.CONTIGUOUS;
            case "trimmed" -> Verdict.TRIMMED;
            default -> Verdict.RESET;
        };
        List<Entry> entries = ((List<?>) parts.get(2))
                .stream().map(frame -> FrameFormat.parse((byte[]) frame)).toList();
        return new Page(verdict, entries, FrameFormat.position(Answers.text(parts.get(1))));
    }
}
