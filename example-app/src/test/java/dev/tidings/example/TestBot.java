package dev.tidings.example;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.util.Base64;
import java.util.UUID;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Sends webhooks as the bot does, signed by code of its own. */
public final class TestBot {

    public static final String SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

    private final HttpClient http = HttpClient.newHttpClient();
    private final URI address;

    public TestBot(URI address) {
        this.address = address;
    }

    /** Sends a webhook that is all right, and returns its status. */
    public int send(String type, String ownerId, String guildId) {
        return sendBody(type, UUID.randomUUID().toString(), body(ownerId, guildId))
                .statusCode();
    }

    /** Returns what {@link #send} sends. */
    static String body(String ownerId, String guildId) {
        return "{\"guildId\":\"" + guildId + "\",\"guildName\":\"Guild " + guildId + "\",\"ownerId\":\"" + ownerId
                + "\"}";
    }

    public HttpResponse<String> sendBody(String type, String id, String body) {
        return send(type, id, Instant.now(), SECRET, body.getBytes(UTF_8));
    }

    /** Sends a webhook to a process that dies of it: while it answers, or right after. */
    void sendWhatKills(String type, String id, String body) {
        try {
            assertThat(sendBody(type, id, body).statusCode()).isEqualTo(202);
        } catch (IllegalStateException e) {
            assertThat(e).hasCauseInstanceOf(IOException.class);
        }
    }

    HttpResponse<String> send(String type, String id, Instant at, String secret, byte[] body) {
        String timestamp = String.valueOf(at.getEpochSecond());
        return post(type, id, timestamp, sign(secret, id, timestamp, body), BodyPublishers.ofByteArray(body));
    }

    HttpResponse<String> sendChunked(String type, String id, byte[] body) {
        String timestamp = String.valueOf(Instant.now().getEpochSecond());
        BodyPublisher chunked = BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(body));
        return post(type, id, timestamp, sign(SECRET, id, timestamp, body), chunked);
    }

    HttpResponse<String> sendUnsigned(String type, String body) {
        return exchange(request(type).POST(BodyPublishers.ofString(body)).build());
    }

    private HttpResponse<String> post(String type, String id, String timestamp, String signature, BodyPublisher body) {
        return exchange(request(type)
                .header("webhook-id", id)
                .header("webhook-timestamp", timestamp)
                .header("webhook-signature", signature)
                .POST(body)
                .build());
    }

    private HttpRequest.Builder request(String type) {
        return HttpRequest.newBuilder(address.resolve("/api/webhooks/" + type))
                .header("Content-Type", "application/json");
    }

    private HttpResponse<String> exchange(HttpRequest request) {
        try {
            return http.send(request, BodyHandlers.ofString());
        } catch (IOException e) {
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String sign(String secret, String id, String timestamp, byte[] body) {
        try {
            byte[] key = Base64.getDecoder().decode(secret.substring("whsec_".length()));
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
            mac.update((id + "." + timestamp + ".").getBytes(UTF_8));
            return "v1," + Base64.getEncoder().encodeToString(mac.doFinal(body));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
