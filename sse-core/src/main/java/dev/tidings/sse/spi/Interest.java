package dev.tidings.sse.spi;

import java.util.concurrent.CompletionStage;

/** A topic being followed, until it is closed. */
public interface Interest extends AutoCloseable {

    /**
     * Completes when every entry appended from then on will reach the sink. With a backplane that is away it stays
     * incomplete until that is so; it fails only when the backplane or the interest is closed.
     */
    CompletionStage<Void> acknowledged();

    /** Ends the interest. The sink may still be called by calls under way. Idempotent, does not block. */
    @Override
    void close();
}
