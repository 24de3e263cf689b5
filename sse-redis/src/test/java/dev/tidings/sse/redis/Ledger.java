package dev.tidings.sse.redis;

import dev.tidings.sse.Topic;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/** All that was published, as the publishers know it. Thread-safe. */
final class Ledger {

    private final Map<String, Publication> publications = new ConcurrentHashMap<>();
    private final Queue<String> complaints = new ConcurrentLinkedQueue<>();

    /** Notes an answer that no publisher should get. */
    void complain(String what) {
        complaints.add(what);
    }

    Collection<String> complaints() {
        return complaints;
    }

    Publication begin(Topic topic, String publisher, int number) {
        Publication publication = new Publication(topic, publisher, number);
        if (publications.put(publication.data(), publication) != null) {
            throw new IllegalStateException("published twice by the test itself: " + publication);
        }
        return publication;
    }

    @Nullable
    Publication find(String data) {
        return publications.get(data);
    }

    Collection<Publication> all() {
        return publications.values();
    }

    List<Publication> of(Publication.Outcome outcome) {
        return publications.values().stream()
                .filter(publication -> publication.outcome() == outcome)
                .toList();
    }
}
