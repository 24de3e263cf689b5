package dev.tidings.sse.redis;

import org.jspecify.annotations.Nullable;

/** All lanes go one way: to whatever the link is at the moment. */
final class OneLink implements Routes {

    volatile AppendLink link;

    @Override
    public AppendLink appendLink(Lane lane) {
        return link;
    }

    @Override
    public @Nullable ReadLink readLink(Question question) {
        return null;
    }

    @Override
    public void refresh() {}
}
