/**
 * Tidings' core: topics as logs, subscriptions as cursors into them, and the loops that deliver. Needs the JDK only.
 */
@org.jspecify.annotations.NullMarked
module dev.tidings.sse {
    requires static micrometer.core; // of dev.tidings.sse.micrometer alone
    requires static org.jspecify;

    exports dev.tidings.sse;
    exports dev.tidings.sse.micrometer;
    exports dev.tidings.sse.spi;
    exports dev.tidings.sse.testing;
}
