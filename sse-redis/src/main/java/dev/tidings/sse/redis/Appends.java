package dev.tidings.sse.redis;

import dev.tidings.sse.BackplaneUnavailableException;
import dev.tidings.sse.BroadcasterClosedException;
import dev.tidings.sse.Event;
import dev.tidings.sse.Published;
import dev.tidings.sse.Retention;
import dev.tidings.sse.SseException;
import dev.tidings.sse.Topic;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.exceptions.JedisDataException;

/**
 * Publishes: from an event to its answer. An event waits in the lane of its topic, lanes wait at the link of their master,
 * and what has no certain answer goes back to the front of its lane. Thread-safe.
 */
final class Appends {

    private final Keys keys;
    private final Routes routes;
    private final Timer timer;
    private final Executor answers;
    private final Figures figures;
    private final Duration deadline;
    private final AppendQueue queue;
    private final String node;
    private final AtomicLong lastId = new AtomicLong();

    Appends(
            RedisSettings settings,
            Keys keys,
            String node,
            Routes routes,
            Timer timer,
            Executor answers,
            Figures figures) {
        this.keys = keys;
        this.node = node;
        this.routes = routes;
        this.timer = timer;
        this.answers = answers;
        this.figures = figures;
        this.deadline = settings.publishDeadline();
        this.queue = new AppendQueue(keys, settings.maxWaitingPublishes(), settings.maxWaitingBytes());
    }

    CompletionStage<Published> append(Topic topic, Event event, Retention retention, @Nullable String idempotencyKey) {
        PendingAppend item = new PendingAppend(
                node + ":" + Long.toString(lastId.incrementAndGet(), Character.MAX_RADIX),
                idempotencyKey == null ? null : keys.idempotency(topic, idempotencyKey),
                FrameFormat.body(event, retention),
                retention.maxEntries(),
                retention.maxAge().toMillis(),
                System.nanoTime());
        switch (queue.add(topic, item)) {
            case FIRST -> dispatch(queue.lane(topic));
            case BEHIND -> {}
            case FULL ->
                item.answer()
                        .completeExceptionally(new BackplaneUnavailableException(
                                "append to " + topic + ": too many events wait already", true));
            case CLOSED -> item.answer().completeExceptionally(new BroadcasterClosedException());
        }
        return item.answer().minimalCompletionStage();
    }

    AppendQueue queue() {
        return queue;
    }

    /** Brings a lane to the link that sends it, now or as soon as there is one. */
    void dispatch(Lane lane) {
        AppendLink link = routes.appendLink(lane);
        boolean offered = link != null && link.offer(lane);
        if (!offered && !queue.letGoIfEmpty(lane)) {
            timer.after(lane.backoff.next(), () -> dispatch(lane));
        }
    }

    /** Gives what a part of a batch was answered to its events. Those that must be sent again go back. */
    void settle(AppendBatch.Part part, List<Object> replies) {
        List<PendingAppend> again = new ArrayList<>();
        Verdict worst = Verdict.ANSWERED;
        for (int i = 0; i < replies.size(); i++) {
            PendingAppend item = part.items().get(i);
            Verdict verdict = settle(part.lane(), item, replies.get(i));
            if (verdict != Verdict.ANSWERED) {
                again.add(item);
                worst = verdict.compareTo(worst) > 0 ? verdict : worst;
            }
        }
        goOn(part.lane(), again, worst);
    }

    /** Learns that a part of a batch was sent and no answer came. */
    void outcomeUnknown(AppendBatch.Part part) {
        part.items().forEach(PendingAppend::outcomeUnknown);
        goOn(part.lane(), part.items(), Verdict.AT_ONCE);
    }

    /** Fails what has waited too long. */
    void expire() {
        queue.removeAddedBefore(System.nanoTime() - deadline.toNanos()).forEach(item -> fail(item, tooLate(item)));
    }

    /** Fails everything. */
    void close() {
        queue.close().forEach(item -> fail(item, new BroadcasterClosedException()));
    }

    /** What follows from an answer. In the order of how long to wait. */
    private enum Verdict {
        ANSWERED,
        AT_ONCE,
        LATER
    }

    private Verdict settle(Lane lane, PendingAppend item, Object reply) {
        if (reply instanceof JedisDataException error) {
            return refused(lane, item, error);
        }
        List<?> answer = (List<?>) reply;
        String outcome = Answers.text(answer.get(0));
        switch (outcome) {
            case "stored", "duplicate" -> {
                Published published =
                        new Published(FrameFormat.position(Answers.text(answer.get(1))), outcome.equals("duplicate"));
                queue.answered(item);
                answers.execute(() -> item.answer().complete(published));
                return Verdict.ANSWERED;
            }
            case "unknown" -> {
                queue.answered(item);
                fail(
                        item,
                        new BackplaneUnavailableException("append: its outcome cannot be found out any more", false));
                return Verdict.ANSWERED;
            }
            default -> {
                return Verdict.AT_ONCE; // the one before it was not stored
            }
        }
    }

    private Verdict refused(Lane lane, PendingAppend item, JedisDataException error) {
        Refusal refusal = Refusal.of(error);
        if (refusal == Refusal.FINAL) {
            queue.answered(item);
            fail(item, new SseException("append to " + lane.topic + " was refused by Redis: " + Answers.code(error)));
            return Verdict.ANSWERED;
        }
        if (refusal == Refusal.DETOUR) {
            lane.detour(Refusal.target(error));
            return Verdict.AT_ONCE;
        }
        if (refusal.isOutdated()) {
            routes.refresh();
        }
        return refusal == Refusal.NO_SCRIPT ? Verdict.AT_ONCE : Verdict.LATER;
    }

    private void goOn(Lane lane, List<PendingAppend> again, Verdict worst) {
        figures.retries.add(again.size());
        if (!queue.giveBack(lane, again)) {
            again.forEach(item -> {
                queue.answered(item);
                fail(item, new BroadcasterClosedException());
            });
            return;
        }
        if (worst == Verdict.LATER) {
            timer.after(lane.backoff.next(), () -> dispatch(lane));
            return;
        }
        if (worst == Verdict.ANSWERED) {
            lane.backoff.reset();
        }
        dispatch(lane);
    }

    private void fail(PendingAppend item, SseException failure) {
        answers.execute(() -> item.answer().completeExceptionally(failure));
    }

    private BackplaneUnavailableException tooLate(PendingAppend item) {
        return new BackplaneUnavailableException("append: no answer within " + deadline, !item.mayBeStored());
    }
}
