package dev.tidings.sse.delivery;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;

/**
 * A stage as an application gets it: it fails with what went wrong itself. Every stage that is derived from another would
 * bring that in a {@link CompletionException}, where no {@code instanceof} finds it.
 */
final class ApplicationStage {

    private ApplicationStage() {}

    /** Returns a stage of the application's own that completes as the given one does. */
    static <T> CompletionStage<T> of(CompletionStage<T> stage) {
        CompletableFuture<T> own = new CompletableFuture<>();
        stage.whenComplete((value, failure) -> {
            if (failure == null) {
                own.complete(value);
            } else {
                own.completeExceptionally(cause(failure));
            }
        });
        return own;
    }

    /** Returns what went wrong, without what stages have wrapped around it. */
    static Throwable cause(Throwable failure) {
        Throwable cause = failure;
        while (cause instanceof CompletionException && cause.getCause() != null) {
            cause = cause.getCause();
        }
        return cause;
    }
}
