package dev.tidings.example.soak;

import dev.tidings.example.TestBot;
import dev.tidings.example.TestBrowser;
import java.net.URI;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;

/** Signs users in, then tells each of them something in turn, with a number that counts up per user. */
final class SoakBot {

    private final URI server;
    private final TestBot bot;
    private final long[] numbers; // the thread's own until it has ended
    private final AtomicLong sent = new AtomicLong();
    private final AtomicLong refused = new AtomicLong();
    private volatile Thread thread = new Thread(() -> {}, "bot");
    private volatile boolean stopped;

    SoakBot(int port, int users) {
        this.server = URI.create("http://localhost:" + port);
        this.bot = new TestBot(server);
        this.numbers = new long[users];
    }

    /** Returns the cookie of each user. */
    String[] signAllIn() {
        return IntStream.range(0, numbers.length)
                .mapToObj(user -> new TestBrowser(server).signIn("user" + user).sessionCookie())
                .toArray(String[]::new);
    }

    /** Begins to send so many webhooks a second. */
    void start(int perSecond) {
        thread = new Thread(() -> run(TimeUnit.SECONDS.toNanos(1) / perSecond), "bot");
        thread.start();
    }

    void stop() throws InterruptedException {
        stopped = true;
        thread.join();
    }

    long sent() {
        return sent.get();
    }

    long refused() {
        return refused.get();
    }

    /** Returns the number that each user was told last, once this has stopped. */
    long[] lastNumbers() {
        return numbers.clone();
    }

    private void run(long interval) {
        long next = System.nanoTime();
        for (int user = 0; !stopped; user = (user + 1) % numbers.length) {
            numbers[user]++;
            send(user);
            next += interval;
            LockSupport.parkNanos(next - System.nanoTime());
        }
    }

    private void send(int user) {
        String body = "{\"guildId\":\"u" + user + "\",\"guildName\":\"Guild\",\"ownerId\":\"user" + user
                + "\",\"metadata\":{\"n\":" + numbers[user] + ",\"t\":" + System.nanoTime() + "}}";
        try {
            int status = bot.sendBody("settings-updated", UUID.randomUUID().toString(), body)
                    .statusCode();
            (status == 202 ? sent : refused).incrementAndGet();
        } catch (IllegalStateException e) { // no answer
            refused.incrementAndGet();
        }
    }
}
