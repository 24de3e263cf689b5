package dev.tidings.example;

import dev.tidings.example.json.Json;
import java.io.IOException;
import java.io.InputStream;
import java.net.CookieManager;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** What a browser does: keeps cookies, says where its requests come from, opens streams. Redirects are not followed. */
public final class TestBrowser {

    private final CookieManager cookies = new CookieManager();
    private final HttpClient http =
            HttpClient.newBuilder().cookieHandler(cookies).build();
    private URI address;

    public TestBrowser(URI address) {
        this.address = address;
    }

    /** Goes on with the same cookies at another address: the application was started anew. */
    TestBrowser at(URI newAddress) {
        address = newAddress;
        return this;
    }

    public TestBrowser signIn(String name) {
        if (post("/login", "user=" + name).statusCode() != 303) {
            throw new IllegalStateException("cannot sign in");
        }
        return this;
    }

    /** The session's cookie, as a header. */
    public String sessionCookie() {
        return cookies.getCookieStore().getCookies().get(0).toString();
    }

    HttpResponse<String> get(String path) {
        return exchange(request(path).build(), BodyHandlers.ofString());
    }

    HttpResponse<String> post(String path, String form) {
        return exchange(
                request(path)
                        .header("Content-Type", "application/x-www-form-urlencoded")
                        .header("Sec-Fetch-Site", "same-origin")
                        .POST(BodyPublishers.ofString(form))
                        .build(),
                BodyHandlers.ofString());
    }

    HttpResponse<String> postJson(String path, String json) {
        return send(request(path)
                .header("Content-Type", "application/json")
                .header("Sec-Fetch-Site", "same-origin")
                .POST(BodyPublishers.ofString(json)));
    }

    HttpResponse<String> send(HttpRequest.Builder request) {
        return exchange(request.build(), BodyHandlers.ofString());
    }

    /** The status alone: of what may turn out to be a stream without end. */
    int status(HttpRequest.Builder request) {
        HttpResponse<InputStream> response = answer(request);
        try (InputStream body = response.body()) {
            return response.statusCode();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(address.resolve(path)).timeout(Duration.ofSeconds(20));
    }

    JsonNode guilds() {
        return Json.MAPPER.readTree(get("/api/guilds").body());
    }

    /** What a path answers, as JSON. */
    JsonNode json(String path) {
        return Json.MAPPER.readTree(get(path).body());
    }

    List<String> installedGuilds() {
        return guilds().get("guilds")
                .valueStream()
                .filter(guild -> guild.get("installed").asBoolean())
                .map(guild -> guild.get("id").asString())
                .toList();
    }

    List<String> guildNames() {
        return guilds().get("guilds")
                .valueStream()
                .map(guild -> guild.get("name").asString())
                .toList();
    }

    /** Opens the stream as a page does that opens for the first time. */
    StreamReader stream() {
        return open("/api/guilds/events", null);
    }

    /** Opens the stream with a query. */
    StreamReader stream(String query) {
        return open("/api/guilds/events?" + query, null);
    }

    /** Opens the stream again after it broke off. */
    StreamReader resume(String lastEventId) {
        return open("/api/guilds/events", lastEventId);
    }

    /** Returns the answer to a request, whose body may be a stream without end. */
    HttpResponse<InputStream> answer(HttpRequest.Builder request) {
        return exchange(request.build(), BodyHandlers.ofInputStream());
    }

    static String encode(String value) {
        return URLEncoder.encode(value, StandardCharsets.UTF_8);
    }

    /** Opens a stream by any request. */
    StreamReader open(HttpRequest.Builder request) {
        return new StreamReader(answer(request.header("Accept", "text/event-stream")));
    }

    private StreamReader open(String path, @Nullable String lastEventId) {
        URI there = address.resolve(path); // this browser may go elsewhere meanwhile
        Function<String, HttpResponse<InputStream>> open = id -> {
            HttpRequest.Builder request = HttpRequest.newBuilder(there).header("Accept", "text/event-stream");
            if (id != null) {
                request.header("Last-Event-ID", id);
            }
            return answer(request);
        };
        return new StreamReader(lastEventId, open);
    }

    private <T> HttpResponse<T> exchange(HttpRequest request, BodyHandler<T> handler) {
        try {
            return http.send(request, handler);
        } catch (IOException e) {
            throw new IllegalStateException(request + ": " + e, e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
