package dev.tidings.example.web;

/** Hears what requests were answered. Thread-safe, and quick. */
@FunctionalInterface
public interface RequestObserver {

    /**
     * A request's handler has returned; that of a stream does so when it has opened.
     *
     * @param route the pattern that it matched, such as {@code /guilds} or {@code /assets/*}: there are as many as routes
     * @param status the answer's
     * @param nanos how long it took
     */
    void answered(String route, int status, long nanos);
}
