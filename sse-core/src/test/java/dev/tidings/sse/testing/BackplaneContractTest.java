package dev.tidings.sse.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidings.sse.spi.Backplane;
import dev.tidings.sse.testing.BackplaneContract.Check;
import java.time.InstantSource;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

class BackplaneContractTest {

    @TestFactory
    Stream<DynamicTest> itRunsOnAClockThatNobodyMoves() {
        return BackplaneContract.checks(() -> ScriptedBackplane.inMemory(InstantSource.system())).stream()
                .map(check -> DynamicTest.dynamicTest(check.name(), check::run));
    }

    @Test
    void aBackplaneThatRepeatsEntriesFailsByName() {
        Supplier<Backplane> doubling = () -> {
            ScriptedBackplane backplane = inMemory();
            backplane.doubleEntries(true);
            return backplane;
        };

        assertThatThrownBy(() -> check(doubling, "a follower sees every entry in log order")
                        .run())
                .isInstanceOf(AssertionError.class)
                .hasMessageStartingWith("expected what was seen to be [Entry");
        assertThatThrownBy(() -> check(doubling, "a follower sees its topic only, and what comes after only")
                        .run())
                .isInstanceOf(AssertionError.class)
                .hasMessage("expected the surplus to be 0, came 1");
    }

    @Test
    void aBackplaneThatFailsSaysWhatCame() {
        Supplier<Backplane> failing = () -> {
            ScriptedBackplane backplane = inMemory();
            backplane.failNextAppends(1);
            return backplane;
        };

        assertThatThrownBy(() -> check(failing, "topics are apart").run())
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("expected an answer, came dev.tidings.sse.BackplaneUnavailableException");
    }

    @Test
    void namesAreDistinctAndAgesNeedAClock() {
        ManualClock clock = new ManualClock();
        List<String> all = names(BackplaneContract.checks(BackplaneContractTest::inMemory, clock::advance));

        assertThat(all).doesNotHaveDuplicates().contains("what is too old is trimmed");
        assertThat(names(BackplaneContract.checks(BackplaneContractTest::inMemory)))
                .isSubsetOf(all)
                .doesNotContain("what is too old is trimmed");
        assertThat(clock.millis()).as("the clock before a check runs").isEqualTo(new ManualClock().millis());
    }

    private static ScriptedBackplane inMemory() {
        return ScriptedBackplane.inMemory(new ManualClock());
    }

    private static Check check(Supplier<Backplane> factory, String name) {
        return BackplaneContract.checks(factory, time -> {}).stream()
                .filter(each -> each.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private static List<String> names(List<Check> checks) {
        return checks.stream().map(Check::name).toList();
    }
}
