package dev.tidings.sse.redis;

import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.Protocol.Command;

/** Something asked of the master of a partition, which may be asked again without harm. */
final class Question {

    private final int partition;
    private final Command command;
    private final byte[][] words;
    private final CompletableFuture<Object> answer = new CompletableFuture<>();

    // Touched by whoever has it.
    private int attempts;
    private boolean sent;
    private @Nullable HostAndPort detour;

    Question(int partition, Command command, byte[]... words) {
        this.partition = partition;
        this.command = Objects.requireNonNull(command, "command");
        this.words = words;
    }

    int partition() {
        return partition;
    }

    CompletableFuture<Object> answer() {
        return answer;
    }

    /** Returns whom to ask instead of the partition's master, null as a rule. */
    @Nullable
    HostAndPort detour() {
        return detour;
    }

    void detour(@Nullable HostAndPort newDetour) {
        detour = newDetour;
    }

    /** Counts an attempt that came to nothing, and returns how many there were. */
    int failedAttempt() {
        return ++attempts;
    }

    /** Tells whether it may have been carried out. */
    boolean wasSent() {
        return sent;
    }

    void write(Wire wire) {
        sent = true;
        if (detour != null) {
            wire.send(Command.ASKING);
        }
        wire.send(command, words);
    }

    /** Reads the answer, behind that to ASKING where that was sent. */
    Object read(Wire wire) {
        return detour == null ? wire.answers(1).get(0) : wire.answers(2).get(1);
    }
}
