package dev.tidings.sse.redis;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What append.lua does when things are not as usual. */
@RequiresRedis
class AppendScriptTest {

    private static final String LOG = "log";
    private static final String KEY = "key";
    private static final String FAR = "9999999999999"; // milliseconds, in the year 2286
    private static final String HOUR = "3600000"; // so that nothing is too old, however long a test takes
    private static final String SOURCE = new String(Scripts.load().append().source(), StandardCharsets.UTF_8);

    private static RedisServer redis;

    @BeforeAll
    static void start() {
        redis = RedisServer.startForgetful();
    }

    @AfterAll
    static void stop() {
        redis.close();
    }

    @BeforeEach
    void empty() {
        redis.command("FLUSHALL");
    }

    @Test
    void aFrameIsFrozen() {
        redis.command("RPUSH", LOG, FAR + "-7 0-0 - m   ");

        // The clock is behind, so the place is a random one: another branch of this log takes another.
        assertThat(append("node:1")).containsExactly("stored", FAR + "-85");
        assertThat(log()).containsExactly(FAR + "-7 0-0 - m   ", FAR + "-85 " + FAR + "-7 node:1 e1000   type\ndata");
    }

    @Test
    void anEmptyLogBeginsWithoutPredecessorAtARandomPlaceInItsMillisecond() {
        String position = append("node:1").get(1);

        assertThat(position).endsWith("-77");
        assertThat(log()).containsExactly(position + " 0-0 node:1 e1000   type\ndata");
    }

    @Test
    void aMillisecondThatIsFullIsFollowedByTheNext() {
        redis.command("RPUSH", LOG, FAR + "-65535 0-0 - m   ");

        assertThat(append("node:1")).containsExactly("stored", "10000000000000-77");
    }

    @Test
    void aRetryFindsWhatTheFirstAttemptStoredHoweverFarBack() {
        String position = append("node:1").get(1);
        for (int i = 2; i <= 100; i++) {
            append("node:" + i);
        }

        assertThat(new Append("node:1").retryOf("0").send()).containsExactly("stored", position);
        assertThat(log()).hasSize(100);
    }

    @Test
    void aRetryOfWhatWasNotStoredStoresIt() {
        append("node:1");

        assertThat(new Append("node:2").retryOf(FAR).send()).contains("stored");
        assertThat(log()).hasSize(2);
    }

    @Test
    void aRetryOfWhatMayBeTrimmedIsUnknown() {
        append("node:1");
        for (int i = 0; i < 16; i++) {
            new Append("other:" + i).most(16).send();
        }

        assertThat(new Append("node:1").most(16).retryOf("0").send()).containsExactly("unknown", "");
        assertThat(log()).hasSize(16);
    }

    @Test
    void anIdempotencyKeyKnowsWhatBecameOfATrimmedEvent() {
        String position = new Append("node:1").key().send().get(1);
        for (int i = 0; i < 16; i++) {
            new Append("other:" + i).most(16).send();
        }

        assertThat(new Append("node:1").key().most(16).retryOf("0").send()).containsExactly("duplicate", position);
    }

    @Test
    void aRetryOfOnesOwnIsNoDuplicateDespiteItsIdempotencyKey() {
        String position = new Append("node:1").key().send().get(1);

        assertThat(new Append("node:1").key().retryOf("0").send()).containsExactly("stored", position);
    }

    @Test
    void anEventIsNotStoredBeforeTheOneThatMustStandBeforeIt() {
        assertThat(new Append("node:2").after("node:1").send()).containsExactly("disorder", "");
        append("node:1");
        append("other:1");
        assertThat(new Append("node:2").after("node:1").send()).contains("stored");
        assertThat(log()).hasSize(3);
    }

    @Test
    void whatIsTooOldGoesButForTheLastFew() {
        for (int i = 0; i < 40; i++) {
            redis.command("RPUSH", LOG, "1-" + (i + 1) + " 1-" + i + " old:" + i + " e1000   type\ndata");
        }

        append("node:1");

        assertThat(log()).hasSize(16);
    }

    @Test
    void whatIsStoredCountsAsStoredAlsoWhereItIsNotAnnounced() {
        List<?> answer = (List<?>)
                redis.command(new Append("node:1").announcedBy("nosuch").words());

        assertThat(answer.get(0)).isEqualTo("stored");
        assertThat(answer.get(3).toString()).isNotEmpty();
        assertThat(log()).hasSize(1);
    }

    private static List<String> append(String id) {
        return new Append(id).send();
    }

    @SuppressWarnings("unchecked") // a list's elements are bulk strings
    private static List<String> log() {
        return (List<String>) redis.command("LRANGE", LOG, "0", "-1");
    }

    /** A call of the script. */
    private static final class Append {

        private final String id;
        private boolean keyed;
        private int most = 256;
        private String since = "";
        private String after = "";
        private String announce = "spublish";

        Append(String id) {
            this.id = id;
        }

        Append key() {
            keyed = true;
            return this;
        }

        Append most(int entries) {
            most = entries;
            return this;
        }

        Append retryOf(String millis) {
            since = millis;
            return this;
        }

        Append after(String other) {
            after = other;
            return this;
        }

        Append announcedBy(String command) {
            announce = command;
            return this;
        }

        String[] words() {
            List<String> words = new ArrayList<>(List.of("EVAL", SOURCE, keyed ? "2" : "1", LOG));
            if (keyed) {
                words.add(KEY);
            }
            words.addAll(
                    List.of(id, "e1000   type\ndata", "" + most, HOUR, announce, "channel", "77", after, since, "60"));
            return words.toArray(String[]::new);
        }

        /** Returns the outcome and the position. */
        List<String> send() {
            List<?> answer = (List<?>) redis.command(words());
            return List.of(answer.get(0).toString(), answer.get(1).toString());
        }
    }
}
