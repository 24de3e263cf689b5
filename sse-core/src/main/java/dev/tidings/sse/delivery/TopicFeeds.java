package dev.tidings.sse.delivery;

import dev.tidings.sse.Topic;
import dev.tidings.sse.log.ByteBudget;
import dev.tidings.sse.spi.Backplane;
import java.util.HashMap;
import java.util.Map;

/** The topics that this node follows: each once, for as long as a loop has readers of it. Thread-safe. */
final class TopicFeeds {

    private static final class Counted {

        final TopicFeed feed;
        int users;

        Counted(TopicFeed feed) {
            this.feed = feed;
        }
    }

    private final Backplane backplane;
    private final Settings settings;
    private final Meters meters;
    private final ByteBudget budget;
    private final Map<Topic, Counted> feeds = new HashMap<>(); // guarded by this

    TopicFeeds(Backplane backplane, Settings settings, Meters meters) {
        this.meters = meters;
        this.backplane = backplane;
        this.settings = settings;
        this.budget = new ByteBudget(settings.maxBufferBytes());
    }

    Backplane backplane() {
        return backplane;
    }

    /** Returns the feed of a topic, which is followed from now on until it was released as often. */
    TopicFeed acquire(Topic topic) {
        Counted counted;
        boolean created;
        synchronized (this) {
            counted = feeds.computeIfAbsent(topic, this::create);
            created = counted.users++ == 0;
        }
        if (created) {
            counted.feed.start(backplane); // outside the lock: it calls the backplane
        }
        return counted.feed;
    }

    void release(TopicFeed feed) {
        synchronized (this) {
            Counted counted = feeds.get(feed.topic());
            if (counted == null || --counted.users > 0) {
                return;
            }
            feeds.remove(feed.topic());
        }
        feed.close();
    }

    /** Returns how many bytes the replay buffers of all topics hold. */
    long bufferedBytes() {
        return budget.held();
    }

    private Counted create(Topic topic) {
        return new Counted(new TopicFeed(topic, backplane.logTag(), settings, budget, meters, backplane.status()));
    }
}
