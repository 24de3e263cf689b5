package dev.tidings.sse.servlet;

import static org.assertj.core.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.abort;

/** Leaves out tests for which something is missing here, in a way that nobody overlooks. */
final class LoudSkip {

    private LoudSkip() {}

    /** Skips the test; with {@code -Dtidings.require=true} fails it. */
    static void of(String tests, String problem, String remedy) {
        if (Boolean.getBoolean("tidings.require")) {
            fail(problem + " (required by -Dtidings.require=true)");
        }
        System.err.printf("""

                [WARNING] ================================================================
                [WARNING]  %s did NOT run.
                [WARNING]  %s.
                [WARNING]  %s, or see CI for their result.
                [WARNING] ================================================================

                """, tests, problem, remedy);
        abort(problem);
    }
}
