package dev.tidings.sse.delivery;

import dev.tidings.sse.Cursor;
import dev.tidings.sse.Subscription;
import dev.tidings.sse.cursor.CursorLayout;
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

    @Override
    public CompletionStage<Void> opened() {
        return outlet.opened().minimalCompletionStage();
    }

    @Override
    public @Nullable Cursor cursor() {
        long[] delivered = outlet.delivered();
        return delivered == null ? null : new Cursor(layout.encodeText(delivered));
    }

    @Override
    public void close() {
        reader.loop().execute(reader::gone);
        outlet.closeAndWait();
    }
}
