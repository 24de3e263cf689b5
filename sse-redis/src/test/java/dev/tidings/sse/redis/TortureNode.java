package dev.tidings.sse.redis;

import dev.tidings.sse.EventBroadcaster;
import dev.tidings.sse.Retention;
import java.time.Duration;

/** One node of the application, which ends and comes back as another life of itself. */
final class TortureNode implements AutoCloseable {

    /**
     * A life.
     *
     * @param name tells it from all other lives of all nodes
     * @param broadcaster the broadcaster, closed when it is over
     */
    record Life(String name, EventBroadcaster broadcaster) {}

    private final int index;
    private final TortureWorld world;
    private final Retention retention;
    private int lives; // touched by the director's thread only

    private volatile Life life;

    TortureNode(int index, TortureWorld world, Retention retention) {
        this.index = index;
        this.world = world;
        this.retention = retention;
        this.life = begin();
    }

    Life life() {
        return life;
    }

    /** Ends this life with all its connections, and begins another. */
    void restart() {
        life.broadcaster().close();
        life = begin();
    }

    @Override
    public void close() {
        life.broadcaster().close();
    }

    private Life begin() {
        EventBroadcaster broadcaster = EventBroadcaster.builder()
                .backplane(world.join(index))
                .retention(retention)
                .heartbeat(Duration.ofSeconds(1))
                .build();
        return new Life("node" + index + "." + ++lives, broadcaster);
    }
}
