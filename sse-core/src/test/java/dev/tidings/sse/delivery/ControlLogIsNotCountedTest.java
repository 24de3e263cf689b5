package dev.tidings.sse.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.sse.BroadcasterMetrics;
import dev.tidings.sse.Revocation;
import org.junit.jupiter.api.Test;

/** Every loop reads the control log as any subscription reads its topics, which is no business of an application's. */
class ControlLogIsNotCountedTest {

    @Test
    void neitherItsReadersNorItsEntriesAreSeenInTheMetrics() {
        SteppedNode node = new SteppedNode(settings -> settings.withLoops(3));
        node.delivery.revoke(Revocation.principal("42"));
        node.settle();
        node.delivery.close();

        BroadcasterMetrics metrics = node.delivery.metrics();

        assertThat(metrics.freshOpens()).isZero();
        assertThat(metrics.deliveredByType()).isEmpty();
        assertThat(metrics.closesByReason().values()).containsOnly(0L);
    }
}
