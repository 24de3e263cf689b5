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

    /** Holds back what a node sends on the connections that are open; false where that cannot be done to one alone. */
    default boolean holdBack(int node) {
        return false;
    }

    /** Cuts a node off from all others; false where that cannot be done to one alone. */
    default boolean cutOff(int node) {
        return false;
    }

    /** Joins again a node that was cut off, and lets go on what was held back. */
    default void rejoin(int node) {}

    /** Loses all announcements from now on until all is healed, and nothing else; false where that cannot be done. */
    default boolean loseAnnouncements() {
        return false;
    }

    /** Tells whether events that were acknowledged may be lost. */
    boolean loses();

    @Override
    void close();
}
