package dev.tidings.sse.redis;

import java.util.List;

/**
 * All that is done in Redis by scripts.
 *
 * @param append appends an event
 * @param read reads a page
 * @param touch tells where logs end
 * @param leases tells who holds leases, after taking one
 * @param renew gives a node's sign of life
 */
record Scripts(Script append, Script read, Script touch, Script leases, Script renew) {

    static Scripts load() {
        return new Scripts(
                Script.load("append.lua"),
                Script.load("read.lua"),
                Script.load("touch.lua"),
                Script.load("leases.lua"),
                Script.load("renew.lua"));
    }

    List<Script> all() {
        return List.of(append, read, touch, leases, renew);
    }
}
