package dev.tidings.example;

import java.io.InputStream;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** A page that stays open: it comes back with its last id as long as it is not closed, and notes what it is told. */
final class FollowingPage implements AutoCloseable {

    private static final long PATIENCE_SECONDS = 120; // nodes that start anew have no more
    private static final long AWAY_NANOS = TimeUnit.MILLISECONDS.toNanos(500); // long enough to miss something

    private final TestBrowser browser;
    private final Thread thread = new Thread(this::follow, "page");
    private final CompletableFuture<Void> opened = new CompletableFuture<>();
    private final BlockingQueue<String> guilds = new LinkedBlockingQueue<>();
    private final BlockingQueue<String> problems = new LinkedBlockingQueue<>();

    private volatile boolean closed;
    private String lastEventId; // the thread's own

    FollowingPage(TestBrowser browser) {
        this.browser = browser;
        thread.setDaemon(true);
        thread.start();
    }

    void awaitOpen() throws Exception {
        opened.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    /** Returns the guilds of the next so many events, or of fewer if no more come, and of those that came beside. */
    List<String> awaitGuilds(int count) throws InterruptedException {
        List<String> came = new ArrayList<>();
        while (came.size() < count) {
            String next = guilds.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
            if (next == null) {
                break;
            }
            came.add(next);
        }
        guilds.drainTo(came);
        return came;
    }

    /** Returns the gaps it was told of, and whatever else should not have happened. */
    List<String> problems() {
        return List.copyOf(problems);
    }

    @Override
    public void close() {
        closed = true;
    }

    private void follow() {
        while (!closed) {
            HttpResponse<InputStream> response = open();
            if (response != null && response.statusCode() == 200) {
                read(response);
            }
            LockSupport.parkNanos(AWAY_NANOS);
        }
    }

    private HttpResponse<InputStream> open() {
        HttpRequest.Builder request = browser.request("/api/guilds/events").header("Accept", "text/event-stream");
        if (lastEventId != null) {
            request.header("Last-Event-ID", lastEventId);
        }
        try {
            return browser.answer(request);
        } catch (IllegalStateException nobodyThere) {
            return null;
        }
    }

    private void read(HttpResponse<InputStream> response) {
        try (StreamReader stream = new StreamReader(response)) {
            for (StreamReader.Block block = stream.next(PATIENCE_SECONDS);
                    !closed && !block.equals(StreamReader.Block.END);
                    block = stream.next(PATIENCE_SECONDS)) {
                note(block);
            }
        } catch (AssertionError e) {
            problems.add(e.toString());
        }
    }

    private void note(StreamReader.Block block) {
        if (block.id() != null) {
            lastEventId = block.id();
        }
        switch (block.type()) {
            case "stream.open" -> opened.complete(null);
            case "stream.gap" -> problems.add(block.data());
            case "settings-updated" -> guilds.add(block.guildId());
            case "stream.close", "stream.status", "stream.cursor", "member-status" -> {}
            default -> throw new AssertionError("not to be expected: " + block);
        }
    }
}
