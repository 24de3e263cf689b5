package dev.tidings.sse.redis;

import org.jspecify.annotations.Nullable;

/** Knows which link leads where, at the moment. Thread-safe; nothing blocks. */
interface Routes {

    /** Returns the link that sends a lane's events, null while nobody serves its partition. */
    @Nullable
    AppendLink appendLink(Lane lane);

    /** Returns the link that asks a question, null while nobody serves its partition. */
    @Nullable
    ReadLink readLink(Question question);

    /** Asks anew, soon, who serves what: somebody was not who they were thought to be. */
    void refresh();
}
