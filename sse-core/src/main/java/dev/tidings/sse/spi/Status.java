package dev.tidings.sse.spi;

/** Whether a backplane is in touch with its logs. */
public enum Status {
    /** What followers have seen is up to date. */
    FRESH,
    /** The backplane is away: followers may lag behind, and publishes wait or fail. */
    STALE
}
