package dev.tidings.sse.redis;

import org.jspecify.annotations.Nullable;

/** No master is known. */
final class NoRoutes implements Routes {

    @Override
    public @Nullable AppendLink appendLink(Lane lane) {
        return null;
    }

    @Override
    public @Nullable ReadLink readLink(Question question) {
        return null;
    }

    @Override
    public void refresh() {}
}
