package dev.tidings.sse.delivery;

/** A piece of work that shares a loop with others: it does a slice, then lets them have theirs. */
interface Turn {

    /** How many writes a slice may hold. */
    int SLICE = 64;

    /**
     * Does one slice, and tells whether there is more to do. It moves on before it calls what may throw: a turn that threw
     * is taken again.
     */
    boolean take();
}
