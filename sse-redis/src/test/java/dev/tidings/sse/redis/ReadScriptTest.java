package dev.tidings.sse.redis;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What read.lua says to positions, against the table in the words of {@code Page.Verdict}. */
@RequiresRedis
class ReadScriptTest {

    private static final String LOG = "log";
    private static final long HOUR = 3_600_000;
    private static final String SOURCE = new String(Scripts.load().read().source(), StandardCharsets.UTF_8);

    private static RedisServer redis;
    private static Resp connection;

    private record At(long millis, int sequence) implements Comparable<At> {

        static final At NONE = new At(0, 0);

        @Override
        public int compareTo(At other) {
            int byMillis = Long.compare(millis, other.millis);
            return byMillis == 0 ? Integer.compare(sequence, other.sequence) : byMillis;
        }

        At before() {
            return sequence == 0 ? new At(millis - 1, 65535) : new At(millis, sequence - 1);
        }

        @Override
        public String toString() {
            return millis + "-" + sequence;
        }
    }

    private record Answer(String verdict, List<String> positions) {}

    @BeforeAll
    static void start() throws Exception {
        redis = RedisServer.startForgetful();
        connection = redis.connect();
    }

    @AfterAll
    static void stop() throws Exception {
        connection.close();
        redis.close();
    }

    @Test
    void everyPositionOfEveryLogIsJudgedByTheTable() throws Exception {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int round = 0; round < 60; round++) {
            At base = random.nextBoolean() ? At.NONE : new At(10, 7);
            List<At> log = write(random, base);
            long oldest = serverMillis() - HOUR;
            List<At> asked = new ArrayList<>(List.of(At.NONE, base, new At(10, 6), new At(10, 8)));
            for (At each : log) {
                asked.addAll(List.of(each, each.before(), new At(each.millis, each.sequence + 1)));
            }
            for (At after : asked) {
                int most = 1 + random.nextInt(40);
                assertThat(read(after, most))
                        .as("seed %d, round %d: after %s of %s behind %s", seed, round, after, log, base)
                        .isEqualTo(judge(log, base, oldest, after, most));
            }
        }
    }

    /** Some of it older than an hour by far, the rest younger by far; the first may be a marker. */
    private static List<At> write(Random random, At base) throws Exception {
        connection.command("DEL", LOG);
        List<At> log = new ArrayList<>();
        int count = 1 + random.nextInt(60);
        int old = random.nextInt(3) == 0 ? random.nextInt(count + 1) : 0;
        String data = "x".repeat(random.nextBoolean() ? 10 : 3_000); // the large ones are looked for in another way
        long millis = serverMillis() - 2 * HOUR;
        long young = serverMillis() - HOUR / 2;
        At prev = base;
        for (int i = 0; i < count; i++) {
            millis = i == old ? young : millis;
            boolean same = i > 0 && i != old && random.nextBoolean();
            At at = same ? new At(prev.millis, prev.sequence + 1 + random.nextInt(2)) : new At(++millis, 5);
            connection.command("RPUSH", LOG, at + " " + prev + " id e" + HOUR + "   type\n" + data);
            log.add(at);
            prev = at;
        }
        return log;
    }

    private static Answer judge(List<At> log, At base, long oldest, At after, int most) {
        List<At> retained = log.stream().filter(at -> at.millis >= oldest).toList();
        int gone = log.size() - retained.size();
        At before = gone == 0 ? base : log.get(gone - 1);
        At end = log.get(log.size() - 1);
        if (after.equals(end)) {
            return new Answer("contiguous", List.of());
        }
        if (after.compareTo(before) < 0) {
            return answer("trimmed", retained, most);
        }
        boolean known = retained.contains(after) || (after.equals(before) && !before.equals(At.NONE));
        List<At> later = retained.stream().filter(at -> at.compareTo(after) > 0).toList();
        return answer(known ? "contiguous" : "reset", later, most);
    }

    private static Answer answer(String verdict, List<At> positions, int most) {
        return new Answer(
                verdict, positions.stream().limit(most).map(At::toString).toList());
    }

    private static Answer read(At after, int most) throws Exception {
        List<?> answer =
                (List<?>) connection.command("EVAL", SOURCE, "1", LOG, after.toString(), "" + most, "1000000", "77");
        List<String> positions = ((List<?>) answer.get(2))
                .stream().map(frame -> frame.toString().split(" ", 2)[0]).toList();
        return new Answer(answer.get(0).toString(), positions);
    }

    private static long serverMillis() throws Exception {
        return Long.parseLong(((List<?>) connection.command("TIME")).get(0).toString()) * 1_000;
    }
}
