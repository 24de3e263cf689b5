package dev.tidings.example.notifications;

import dev.tidings.example.json.Json;
import dev.tidings.sse.Event;

/**
 * Something that a user should know.
 *
 * @param id its place among the user's
 * @param title what it is about
 * @param text more about it, or nothing
 * @param timestamp when we learned of it, in milliseconds since the epoch
 * @param unread whether the user has not seen it
 */
record Notification(long id, String title, String text, long timestamp, boolean unread) {

    static final String TYPE = "notification";
    static final String READ = "notifications-read";

    /** What the user's pages are told when it comes. */
    Event toEvent() {
        return Event.of(TYPE, Json.write(new Came(TYPE, id, title, text, timestamp)));
    }

    /** What they are told when it was read, with all before it. */
    static Event readUpTo(long id, long timestamp) {
        return Event.of(READ, Json.write(new Read(READ, id, timestamp)));
    }

    private record Came(String type, long id, String title, String text, long timestamp) {}

    private record Read(String type, long upTo, long timestamp) {}
}
