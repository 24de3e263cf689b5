package dev.tidings.sse.redis;

import java.util.List;

/**
 * All that is done to logs.
 *
 * @param append appends an event
 * @param read reads a page
 * @param touch tells where logs end
 */
record Scripts(Script append, Script read, Script touch) {

    static Scripts load() {
        return new Scripts(Script.load("append.lua"), Script.load("read.lua"), Script.load("touch.lua"));
    }

    List<Script> all() {
        return List.of(append, read, touch);
    }
}
