package dev.tidings.sse.delivery;

import dev.tidings.sse.CloseReason;
import dev.tidings.sse.Cursor;
import dev.tidings.sse.Subscription;
import dev.tidings.sse.cursor.CursorLayout;
import java.util.Objects;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** An application's handle on its in-process subscription. */
final class CallbackSubscription implements Subscription {

    private final Reader reader;
    private final CallbackOutlet outlet;
    private final CursorLayout layout;

    CallbackSubscription(Reader reader, CallbackOutlet outlet, CursorLayout layout) {
        this.reader = reader;
        this.outlet = outlet;
        this.layout = layout;
    }

    void start(@Nullable Cursor from, Delivery delivery, ControlLog control) {
        delivery.meters().added(false);
        Opening opening = Opening.of(reader, layout, from == null ? null : from.text(), control);
        delivery.begin(reader, () -> {
            opening.start();
            reader.ready();
        });
    }

    @Override
    public CompletionStage<Void> opened() {
        return ApplicationStage.of(outlet.opened());
    }

    @Override
    public @Nullable Cursor cursor() {
        long[] delivered = outlet.delivered();
        return delivered == null ? null : new Cursor(layout.encodeText(delivered));
    }

    /** Returns the cursor behind what the subscriber is being given. */
    Cursor cursorBehind() {
        return Objects.requireNonNull(cursor(), "called before opened");
    }

    /** Gives nothing before {@link #request}; what comes first is this call. For use before {@link #start}. */
    void onDemand(Runnable firstCall) {
        outlet.onDemand(firstCall);
    }

    /** Lets the subscriber be given so many items more. */
    void request(long items) {
        outlet.request(items);
    }

    /** Ends the subscription, telling the subscriber. */
    void end(CloseReason reason) {
        reader.loop().execute(() -> reader.close(reason));
    }

    /** Ends the subscription, without a wait for a call under way. */
    void cancel() {
        reader.loop().execute(reader::gone);
        outlet.close();
    }

    @Override
    public void close() {
        cancel();
        outlet.awaitCall();
    }
}
