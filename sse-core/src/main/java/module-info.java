/**
 * Tidings' core: topics as logs, subscriptions as cursors into them, and the loops that deliver. Needs the JDK only.
 */
@org.jspecify.annotations.NullMarked
module dev.tidings.sse {
    requires static org.jspecify;

    exports dev.tidings.sse;
    exports dev.tidings.sse.spi;
}
