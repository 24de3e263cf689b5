package dev.tidings.sse.redis;

import dev.tidings.sse.Retention;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.Protocol.Command;

/**
 * What a link sends in one go, and the answers to it. Of one lane it holds no more than a log keeps at least, so that a
 * retry finds them all.
 */
final class AppendBatch {

    /** The events of one lane, in order. */
    record Part(Lane lane, List<PendingAppend> items) {}

    static final int MOST_OF_A_LANE = Retention.MIN_ENTRIES;

    private static final int MOST_ITEMS = 256;
    private static final long MOST_BYTES = 1 << 20;
    private static final int SEQUENCE_STARTS = 1 << 14;
    private static final byte[] IDEMPOTENCY_SECONDS = Connector.ascii("86400");
    private static final byte[] ONE_KEY = Connector.ascii("1");
    private static final byte[] TWO_KEYS = Connector.ascii("2");

    private final AppendQueue queue;
    private final List<Part> parts = new ArrayList<>();
    private int items;
    private long bytes;

    AppendBatch(AppendQueue queue) {
        this.queue = queue;
    }

    /** Takes a lane with its first events, unless it has none. */
    void take(Lane lane) {
        int room = Math.min(MOST_OF_A_LANE, MOST_ITEMS - items);
        List<PendingAppend> taken = queue.take(lane, room, MOST_BYTES - bytes);
        if (!taken.isEmpty()) {
            parts.add(new Part(lane, taken));
            items += taken.size();
            taken.forEach(item -> bytes += item.body().length);
        }
    }

    boolean isFull() {
        return items >= MOST_ITEMS || bytes >= MOST_BYTES;
    }

    List<Part> parts() {
        return parts;
    }

    /** Writes all commands. */
    void write(Wire wire, Script script, byte[] announce, String serverMillis) {
        for (Part part : parts) {
            byte[] after = {};
            for (PendingAppend item : part.items()) {
                item.sentAt(serverMillis);
                if (part.lane().detour() != null) {
                    wire.send(Command.ASKING);
                }
                wire.send(Command.EVALSHA, arguments(part.lane(), item, script, announce, after));
                after = item.id();
            }
        }
        wire.flush();
    }

    /** Reads the answers to one part, one for each event in order. */
    static List<Object> read(Wire wire, Part part) {
        boolean asked = part.lane().detour() != null;
        List<Object> all = wire.answers(part.items().size() * (asked ? 2 : 1));
        if (!asked) {
            return all;
        }
        List<Object> answers = new ArrayList<>(part.items().size());
        for (int i = 1; i < all.size(); i += 2) {
            answers.add(all.get(i)); // behind the answer to ASKING
        }
        return answers;
    }

    private static byte[][] arguments(Lane lane, PendingAppend item, Script script, byte[] announce, byte[] after) {
        byte @Nullable [] key = item.idempotencyKey();
        int start = ThreadLocalRandom.current().nextInt(SEQUENCE_STARTS);
        List<byte[]> words = new ArrayList<>(14);
        words.add(script.hash());
        words.add(key == null ? ONE_KEY : TWO_KEYS);
        words.add(lane.log);
        if (key != null) {
            words.add(key);
        }
        words.add(item.id());
        words.add(item.body());
        words.add(Connector.ascii(Integer.toString(item.maxEntries())));
        words.add(Connector.ascii(Long.toString(item.maxAgeMillis())));
        words.add(announce);
        words.add(lane.channel);
        words.add(Connector.ascii(Integer.toString(start)));
        words.add(after);
        words.add(Connector.ascii(item.retrySince()));
        words.add(IDEMPOTENCY_SECONDS);
        return words.toArray(byte[][]::new);
    }
}
