package dev.tidings.sse.redis;

import java.util.Map;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.exceptions.JedisAskDataException;
import redis.clients.jedis.exceptions.JedisDataException;

/** What to make of an error that a server answers. In all cases the command has done nothing. */
enum Refusal {
    /** It will pass: the server loads, has no memory, waits for its replicas. */
    TEMPORARY,
    /** Another server is in charge. */
    MOVED,
    /** It is no master any more, and who is connected to it must not stay, even where its address leads to another by now. */
    DEMOTED,
    /** Another server is about to be in charge, and has this key already. */
    DETOUR,
    /** The server must be given the script first. */
    NO_SCRIPT,
    /** It will not pass by waiting. */
    FINAL;

    private static final Map<String, Refusal> BY_CODE = Map.ofEntries(
            Map.entry("MOVED", MOVED),
            Map.entry("ASK", DETOUR),
            Map.entry("NOSCRIPT", NO_SCRIPT),
            Map.entry("READONLY", DEMOTED),
            Map.entry("CLUSTERDOWN", MOVED),
            Map.entry("MASTERDOWN", DEMOTED),
            Map.entry("LOADING", TEMPORARY),
            Map.entry("OOM", TEMPORARY),
            Map.entry("BUSY", TEMPORARY),
            Map.entry("MISCONF", TEMPORARY),
            Map.entry("NOREPLICAS", TEMPORARY),
            Map.entry("TRYAGAIN", TEMPORARY));

    static Refusal of(JedisDataException error) {
        return BY_CODE.getOrDefault(Answers.code(error), FINAL);
    }

    /** Tells whether an answer is a refusal of this kind. */
    boolean is(Object reply) {
        return reply instanceof JedisDataException error && of(error) == this;
    }

    /** Tells whether who serves what must be asked anew. */
    boolean isOutdated() {
        return this == MOVED || this == DEMOTED;
    }

    /** Returns where a {@link #DETOUR} leads. */
    static HostAndPort target(JedisDataException error) {
        return ((JedisAskDataException) error).getTargetNode();
    }
}
