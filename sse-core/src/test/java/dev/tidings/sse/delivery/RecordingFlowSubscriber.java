package dev.tidings.sse.delivery;

import dev.tidings.sse.Received;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Flow;

/** A reactive subscriber that asks for what the test says, and notes all signals. */
class RecordingFlowSubscriber implements Flow.Subscriber<Received> {

    private final long firstDemand;
    private final List<Received> items = new ArrayList<>();
    private final List<String> signals = new ArrayList<>();
    Flow.Subscription subscription;
    Throwable error;

    /** Creates a subscriber that asks for so much when it is subscribed, 0 being nothing. */
    RecordingFlowSubscriber(long firstDemand) {
        this.firstDemand = firstDemand;
    }

    @Override
    public void onSubscribe(Flow.Subscription newSubscription) {
        signals.add("subscribed");
        subscription = newSubscription;
        if (firstDemand != 0) {
            subscription.request(firstDemand);
        }
    }

    @Override
    public void onNext(Received received) {
        items.add(received);
        if (received instanceof Received.OfGap missing) {
            signals.add(missing.topic() + " " + missing.gap().reason().wireName());
        } else if (received instanceof Received.OfEntry next) {
            signals.add(next.entry().event().data());
        }
    }

    @Override
    public void onError(Throwable newError) {
        signals.add("error");
        error = newError;
    }

    @Override
    public void onComplete() {
        signals.add("complete");
    }

    /** Returns the signals since the last call: "subscribed", data of entries, topics and reasons of gaps, the end. */
    List<String> take() {
        List<String> taken = new ArrayList<>(signals);
        signals.clear();
        return taken;
    }

    Received lastItem() {
        return items.get(items.size() - 1);
    }
}
