package dev.tidings.sse.redis;

import dev.tidings.sse.BroadcasterClosedException;
import dev.tidings.sse.Topic;
import dev.tidings.sse.spi.Interest;
import dev.tidings.sse.spi.Sink;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** All topics that this node follows. Thread-safe. */
final class Follows {

    /** How long a topic stays subscribed that nobody follows: a page that is reloaded finds it so. */
    private static final Duration LINGER = Duration.ofSeconds(30);

    private final Keys keys;
    private final Figures figures;
    private final AtomicInteger stale = new AtomicInteger();
    private final Map<String, Followed> byChannel = new ConcurrentHashMap<>();
    private final List<Set<Followed>> byPartition = IntStream.range(0, Partitions.COUNT)
            .<Set<Followed>>mapToObj(i -> ConcurrentHashMap.newKeySet())
            .toList();

    private volatile IntFunction<@Nullable FollowLink> links = partition -> null;
    private volatile boolean closed;

    Follows(Keys keys, Figures figures) {
        this.keys = keys;
        this.figures = figures;
    }

    Interest follow(Topic topic, Sink sink) {
        if (closed) {
            return new Over();
        }
        Follower[] follower = new Follower[1];
        boolean[] subscribed = new boolean[1];
        // Within compute, so that it is not forgotten between being found and being joined.
        Followed followed = byChannel.compute(keys.channel(topic), (channel, known) -> {
            Followed current = known == null ? new Followed(topic, channel, stale, figures) : known;
            follower[0] = new Follower(current, sink);
            subscribed[0] = current.join(follower[0]);
            return current;
        });
        byPartition.get(Partitions.of(topic)).add(followed);
        if (subscribed[0]) {
            follower[0].acknowledge();
        } else {
            assign(followed);
        }
        if (closed) {
            close(); // meanwhile, on another thread
        }
        return follower[0];
    }

    /** Returns the topic of a channel, null if it is not followed any more. */
    @Nullable
    Followed of(String channel) {
        return byChannel.get(channel);
    }

    /** Returns the topics of a partition. */
    Collection<Followed> of(int partition) {
        return byPartition.get(partition);
    }

    /** Does something with every topic of a link. */
    void forEach(FollowLink link, Consumer<Followed> action) {
        byChannel.values().stream().filter(each -> each.link() == link).forEach(action);
    }

    /** Gives each topic to the link that serves its partition from now on. */
    void assign(IntFunction<@Nullable FollowLink> newLinks) {
        links = newLinks;
        byChannel.values().forEach(this::assign);
    }

    /** Gives a topic to its link, and has that look after it. */
    void assign(Followed followed) {
        IntFunction<@Nullable FollowLink> current;
        do {
            current = links;
            FollowLink link = current.apply(Partitions.of(followed.topic()));
            followed.assign(link);
            if (link != null) {
                link.lookAfter(followed);
            }
        } while (current != links); // or a slow thread would give it back to the link it was taken from
    }

    /** Lets go of what nobody has wanted for a while. */
    void sweep() {
        for (Followed each : byChannel.values()) {
            if (each.isUnwanted(LINGER.toNanos())) {
                assign(each);
                forgetIfOver(each);
            }
        }
    }

    void forgetIfOver(Followed followed) {
        byChannel.computeIfPresent(followed.channel(), (channel, known) -> {
            if (known != followed || !followed.isOver()) {
                return known;
            }
            byPartition.get(Partitions.of(followed.topic())).remove(followed);
            followed.end();
            return null;
        });
    }

    int size() {
        return byChannel.size();
    }

    int subscribed() {
        return (int) byChannel.values().stream().filter(Followed::isSubscribed).count();
    }

    /** Tells whether followers of some topic may have missed something. */
    boolean isStale() {
        return stale.get() > 0;
    }

    void close() {
        closed = true;
        byChannel.values().forEach(Followed::end);
        byChannel.clear();
        byPartition.forEach(Set::clear);
    }

    /** What is asked for after the end. */
    private static final class Over implements Interest {

        @Override
        public CompletionStage<Void> acknowledged() {
            return CompletableFuture.failedFuture(new BroadcasterClosedException());
        }

        @Override
        public void close() {}
    }
}
