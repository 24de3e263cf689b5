package dev.tidings.sse.redis;

import dev.tidings.sse.spi.Backplane;
import java.util.List;
import java.util.Random;
import java.util.function.Function;

/** What joins the nodes of a torture test, and all that can befall it. Used by the director's thread alone. */
interface TortureWorld extends AutoCloseable {

    /** Begins another life of a node. */
    Backplane join(int node);

    /** Joins from where nothing stands in between: to look at the logs. */
    Backplane observe();

    /** Returns the kinds of things that can go wrong, each made anew with a generator's choices. */
    List<Function<Random, Mischief>> mischief();

    /** Sets everything right that may still be wrong, and waits until it is. */
    void heal();

    /** Tells whether events that were acknowledged may be lost. */
    boolean loses();

    @Override
    void close();
}
