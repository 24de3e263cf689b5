package dev.tidings.example;

import static org.junit.jupiter.api.Assumptions.abort;

/** Skips tests for which something is not installed, so that nobody overlooks it; fails where nothing may be skipped. */
final class LoudSkip {

    private LoudSkip() {}

    static void unless(boolean installed, String tests, String program) {
        if (installed) {
            return;
        }
        if (Boolean.getBoolean("tidings.require")) {
            throw new AssertionError(program + " is not installed, and tidings.require wants nothing skipped");
        }
        abort("\n\n*** NOT RUN: " + tests + " of the example application. There is no " + program + ".\n");
    }
}
