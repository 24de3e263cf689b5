package dev.tidings.sse.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.sse.Topic;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import redis.clients.jedis.util.JedisClusterCRC16;

class PartitionsTest {

    private static final int SLOTS = 16384;

    @Test
    void eachPartitionLiesInARangeOfSlotsOfItsOwnSoThatMastersGetEvenShares() {
        for (int masters : new int[] {3, 12, 30}) {
            int[] shares = new int[masters];
            for (int partition = 0; partition < Partitions.COUNT; partition++) {
                shares[Partitions.slot(partition) * masters / SLOTS]++;
            }
            assertThat(Arrays.stream(shares).max().orElseThrow()
                            - Arrays.stream(shares).min().orElseThrow())
                    .as("the unevenness among %d masters", masters)
                    .isLessThanOrEqualTo(2);
        }
    }

    @Test
    void namesAreFrozen() {
        Keys keys = new Keys("app", 3);
        Topic topic = Topic.of("user", "42");

        assertThat(text(keys.log(topic))).isEqualTo("app:1:{134.273}:t:user:42");
        assertThat(text(keys.idempotency(topic, "hook-1"))).isEqualTo("app:1:{134.273}:i:user:42 hook-1");
        assertThat(keys.channel(topic)).isEqualTo("app:1.3:{134.273}:t:user:42");
        assertThat(text(keys.group("principal:42"))).isEqualTo("app:1:{208.323}:g:principal:42");
        assertThat(Partitions.of(Topic.control())).isEqualTo(240);
    }

    @Test
    void allNamesOfAPartitionLieInOneSlotWhateverATopicIsCalled() {
        Keys keys = new Keys("app", 0);
        Set<Integer> slots = new HashSet<>();
        for (String name : new String[] {"{a}", "}{", "{a}{b}", "{}x"}) {
            Topic topic = Topic.of(name);
            int slot = Partitions.slot(Partitions.of(topic));
            slots.add(slot);
            assertThat(JedisClusterCRC16.getSlot(keys.log(topic))).isEqualTo(slot);
            assertThat(JedisClusterCRC16.getSlot(keys.idempotency(topic, "{k}")))
                    .isEqualTo(slot);
            assertThat(JedisClusterCRC16.getSlot(keys.channel(topic))).isEqualTo(slot);
        }
        assertThat(slots).as("slots of different topics").hasSizeGreaterThan(1);
    }

    private static String text(byte[] key) {
        return new String(key);
    }
}
