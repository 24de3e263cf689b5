package dev.tidings.sse.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class GateTest {

    private final Gate gate = new Gate();
    private final List<String> happened = new CopyOnWriteArrayList<>();

    @Test
    void whatWaitsGoesFirst() {
        gate.shut();
        gate.pass(() -> happened.add("first"));
        gate.open();
        gate.pass(() -> happened.add("second"));

        assertThat(happened).containsExactly("first", "second");
    }

    @Test
    void aShutGateLetsOneThroughAtATime() {
        gate.shut();
        gate.pass(() -> happened.add("first"));
        gate.pass(() -> happened.add("second"));

        assertThat(gate.passOne()).isTrue();

        assertThat(happened).containsExactly("first");
        assertThat(gate.size()).isEqualTo(1);
    }

    /** The last one that waited is in no queue any more while it runs, and still nothing may overtake it. */
    @Test
    void nothingOvertakesWhatIsBeingLetThrough() throws Exception {
        CountDownLatch running = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        gate.shut();
        gate.pass(() -> {
            running.countDown();
            await(goOn);
            happened.add("first");
        });
        Thread opening = new Thread(gate::open);
        opening.start();
        await(running);

        gate.pass(() -> happened.add("second"));
        goOn.countDown();
        opening.join(60_000);

        assertThat(opening.isAlive()).isFalse();
        assertThat(happened).containsExactly("first", "second");
    }

    @Test
    void whatPassesWhileAnotherPassesComesBehindIt() {
        gate.shut();
        gate.pass(() -> {
            gate.pass(() -> happened.add("second"));
            happened.add("first");
        });

        gate.open();

        assertThat(happened).containsExactly("first", "second");
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(60, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
