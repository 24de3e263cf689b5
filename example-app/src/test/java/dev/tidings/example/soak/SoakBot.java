package dev.tidings.example.soak;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.util.Base64;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Signs users in, then tells each of them something in turn, with a number that counts up per user. */
final class SoakBot {

    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .followRedirects(HttpClient.Redirect.NEVER)
            .build();
    private final String server;
    private final long[] numbers; // the thread's own until it has ended
    private final AtomicLong sent = new AtomicLong();
    private final AtomicLong refused = new AtomicLong();
    private volatile Thread thread = new Thread(() -> {}, "bot");
    private volatile boolean stopped;

    SoakBot(int port, int users) {
        this.server = "http://localhost:" + port;
        this.numbers = new long[users];
    }

    /** Returns the cookie of each user. */
    String[] signAllIn() throws IOException, InterruptedException {
        String[] cookies = new String[numbers.length];
        for (int user = 0; user < cookies.length; user++) {
            HttpResponse<Void> answer = http.send(
                    HttpRequest.newBuilder(URI.create(server + "/login"))
                            .header("Content-Type", "application/x-www-form-urlencoded")
                            .header("Sec-Fetch-Site", "same-origin")
                            .POST(BodyPublishers.ofString("user=user" + user))
                            .build(),
                    BodyHandlers.discarding());
            cookies[user] =
                    answer.headers().firstValue("Set-Cookie").orElseThrow().split(";", 2)[0];
        }
        return cookies;
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
        String id = UUID.randomUUID().toString();
        String timestamp = Long.toString(Instant.now().getEpochSecond());
        HttpRequest request = HttpRequest.newBuilder(URI.create(server + "/api/webhooks/settings-updated"))
                .header("Content-Type", "application/json")
                .header("webhook-id", id)
                .header("webhook-timestamp", timestamp)
                .header("webhook-signature", sign(id + "." + timestamp + "." + body))
                .POST(BodyPublishers.ofString(body))
                .build();
        try {
            int status = http.send(request, BodyHandlers.discarding()).statusCode();
            (status == 202 ? sent : refused).incrementAndGet();
        } catch (IOException | InterruptedException e) {
            refused.incrementAndGet();
        }
    }

    private static String sign(String content) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(
                    Base64.getDecoder().decode(SoakedApp.SECRET.substring("whsec_".length())), "HmacSHA256"));
            return "v1," + Base64.getEncoder().encodeToString(mac.doFinal(content.getBytes(UTF_8)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
