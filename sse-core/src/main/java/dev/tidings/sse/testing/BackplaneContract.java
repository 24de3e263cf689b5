package dev.tidings.sse.testing;

import dev.tidings.sse.Retention;
import dev.tidings.sse.Topic;
import dev.tidings.sse.spi.Backplane;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What every {@link Backplane} does, whatever keeps its logs, as checks that any test framework can run. With JUnit:
 *
 * <pre>{@code
 * @TestFactory
 * Stream<DynamicTest> keepsTheContract() {
 *     return BackplaneContract.checks(() -> new MyBackplane(newNamespace())).stream()
 *             .map(check -> DynamicTest.dynamicTest(check.name(), check::run));
 * }
 * }</pre>
 *
 * <p>Each check works on a backplane of its own, which it closes. Outages are not part of it, since every implementation
 * has its own.
 */
public final class BackplaneContract {

    static final Topic USER = Topic.of("user", "42");
    static final Topic GUILD = Topic.of("guild", "7");

    /** The fewest entries that a retention may keep. */
    static final Retention SMALL = Retention.DEFAULT.maxEntries(Retention.MIN_ENTRIES);

    private BackplaneContract() {}

    /**
     * One thing that a backplane does.
     *
     * @param name what, as a sentence
     * @param body throws an {@link AssertionError} where the backplane does not
     */
    public record Check(String name, Body body) {

        /** Requires both. */
        public Check {
            Objects.requireNonNull(name, "name");
            Objects.requireNonNull(body, "body");
        }

        /**
         * Runs the check, on the caller's thread.
         *
         * @throws AssertionError if the backplane does not do what the name says
         * @throws Exception what the backplane threw
         */
        public void run() throws Exception {
            body.run();
        }

        /** What a check does. */
        @FunctionalInterface
        public interface Body {

            /**
             * Runs once.
             *
             * @throws Exception what the backplane threw
             */
            void run() throws Exception;
        }
    }

    /**
     * Returns the checks that need no say in what time it is.
     *
     * @param factory makes a backplane whose logs are empty, for each check another
     */
    public static List<Check> checks(Supplier<? extends Backplane> factory) {
        return checks(factory, null, ordinary());
    }

    /**
     * Returns all checks, those of ages among them.
     *
     * @param factory makes a backplane whose logs are empty, for each check another
     * @param clock lets so much time pass on the clock that all these backplanes go by, as
     *     {@link ManualClock#advance} does
     */
    public static List<Check> checks(Supplier<? extends Backplane> factory, Consumer<Duration> clock) {
        return checks(
                factory, Objects.requireNonNull(clock, "clock"), Stream.concat(ordinary(), AgeChecks.all().stream()));
    }

    private static Stream<Named> ordinary() {
        return Stream.of(
                        AppendChecks.all(),
                        PositionChecks.all(),
                        PageChecks.all(),
                        FollowerChecks.all(),
                        IdempotencyChecks.all(),
                        LeaseChecks.all(),
                        ThreadChecks.all(),
                        CloseChecks.all())
                .flatMap(List::stream);
    }

    private static List<Check> checks(
            Supplier<? extends Backplane> factory, @Nullable Consumer<Duration> clock, Stream<Named> all) {
        Objects.requireNonNull(factory, "factory");
        List<Check> checks = new ArrayList<>();
        all.forEach(named -> checks.add(new Check(named.name(), () -> {
            try (Backplane backplane = factory.get()) {
                named.body().run(new BackplaneProbe(backplane, clock));
            }
        })));
        return List.copyOf(checks);
    }

    /** A check before it has a backplane. */
    record Named(String name, ProbeBody body) {}

    /** What such a check does. */
    @FunctionalInterface
    interface ProbeBody {

        void run(BackplaneProbe logs) throws Exception;
    }
}
