package dev.tidings.example.discord;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tidings.example.guilds.Guild;
import dev.tidings.example.json.JsonFields;
import dev.tidings.example.json.MalformedJsonException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Clock;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Asks Discord. Every question ends within {@link DiscordApp#patience} and takes an answer of bounded size, and few are
 * under way at a time: a Discord that hangs must not hold the threads that serve everybody else. Redirects are not
 * followed, since tokens would go along.
 */
final class DiscordApi {

    static final int MAX_ANSWER_BYTES = 512 * 1024; // of 200 guilds, the most that a user can be in

    private static final int MAX_UNDER_WAY = 16;
    private static final String USER_AGENT = "DiscordBot (tidings-example, 0.1)"; // in the form that Discord asks for
    private static final Pattern ERROR_CODE = Pattern.compile("[a-z_]{1,40}");

    private final HttpClient client;
    private final Semaphore free = new Semaphore(MAX_UNDER_WAY);
    private final DiscordApp app;
    private final Clock clock;

    DiscordApi(DiscordApp app, Clock clock) {
        this.client = HttpClient.newBuilder().connectTimeout(app.patience()).build();
        this.app = app;
        this.clock = clock;
    }

    /** Changes the code of a sign-in for tokens. */
    DiscordTokens exchange(String code, String verifier, URI redirect)
            throws DiscordRefusedException, DiscordUnavailableException {
        return tokens(
                Map.of(
                        "grant_type",
                        "authorization_code",
                        "code",
                        code,
                        "code_verifier",
                        verifier,
                        "redirect_uri",
                        redirect.toString()),
                null);
    }

    /** Changes expired tokens for new ones; the old ones are spent. */
    DiscordTokens refresh(DiscordTokens expired) throws DiscordRefusedException, DiscordUnavailableException {
        return tokens(Map.of("grant_type", "refresh_token", "refresh_token", expired.refresh()), expired);
    }

    /** Asks who a user is. */
    DiscordUser user(DiscordTokens tokens) throws DiscordRefusedException, DiscordUnavailableException {
        return get("/api/v10/users/@me", tokens, json -> DiscordUser.of(JsonFields.parse(json)));
    }

    /** Asks which guilds a user manages. */
    List<Guild> guilds(DiscordTokens tokens) throws DiscordRefusedException, DiscordUnavailableException {
        return get("/api/v10/users/@me/guilds", tokens, DiscordGuild::managed);
    }

    private DiscordTokens tokens(Map<String, String> form, @Nullable DiscordTokens before)
            throws DiscordRefusedException, DiscordUnavailableException {
        byte[] us = (app.clientId() + ":" + app.clientSecret()).getBytes(UTF_8);
        HttpRequest.Builder request = request("/api/oauth2/token")
                .header("Authorization", "Basic " + Base64.getEncoder().encodeToString(us))
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(BodyPublishers.ofString(encode(form)));
        HttpResponse<byte[]> response = send(request.build());
        if (response.statusCode() == 400 && errorCode(response).equals("invalid_grant")) {
            throw new DiscordRefusedException("the code or token is not good any more");
        }
        return read(response, json -> DiscordTokens.parseAnswer(json, clock.instant(), before));
    }

    private <T> T get(String path, DiscordTokens tokens, Function<String, T> parse)
            throws DiscordRefusedException, DiscordUnavailableException {
        HttpResponse<byte[]> response = send(request(path)
                .header("Authorization", "Bearer " + tokens.access())
                .build());
        if (response.statusCode() == 401) {
            throw new DiscordRefusedException("the access token is not good any more");
        }
        return read(response, parse);
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(app.address().resolve(path))
                .timeout(app.patience())
                .header("Accept", "application/json")
                .header("User-Agent", USER_AGENT);
    }

    private HttpResponse<byte[]> send(HttpRequest request) throws DiscordUnavailableException {
        if (!free.tryAcquire()) {
            throw unavailable(request, "not asked, as " + MAX_UNDER_WAY + " others wait for an answer");
        }
        CompletableFuture<HttpResponse<byte[]>> answer =
                client.sendAsync(request, BoundedBody.atMost(MAX_ANSWER_BYTES));
        try {
            // For the whole body: the request's own timeout is over once it begins.
            return answer.get(app.patience().toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            throw unavailable(request, String.valueOf(e.getCause()));
        } catch (TimeoutException e) {
            throw unavailable(request, "no answer within " + app.patience().toSeconds() + " s");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw unavailable(request, "interrupted");
        } finally {
            answer.cancel(true);
            free.release();
        }
    }

    private static <T> T read(HttpResponse<byte[]> response, Function<String, T> parse)
            throws DiscordUnavailableException {
        if (response.statusCode() != 200) {
            String code = response.statusCode() < 500 ? " " + errorCode(response) : "";
            throw unavailable(response.request(), "status " + response.statusCode() + code);
        }
        try {
            return parse.apply(new String(response.body(), UTF_8));
        } catch (IllegalArgumentException e) {
            // Without the parser's words, which may quote a token.
            throw unavailable(response.request(), response.body().length + " bytes that make no sense");
        }
    }

    /** The code of an OAuth error (RFC 6749, section 5.2), or nothing. */
    private static String errorCode(HttpResponse<byte[]> response) {
        try {
            String code = JsonFields.parse(new String(response.body(), UTF_8)).stringOrNull("error");
            return code != null && ERROR_CODE.matcher(code).matches() ? code : "";
        } catch (MalformedJsonException e) {
            return "";
        }
    }

    private static DiscordUnavailableException unavailable(HttpRequest request, String why) {
        return new DiscordUnavailableException(
                request.method() + " " + request.uri().getPath() + ": " + why);
    }

    private static String encode(Map<String, String> form) {
        StringBuilder encoded = new StringBuilder();
        new TreeMap<>(form)
                .forEach((name, value) -> encoded.append(encoded.isEmpty() ? "" : "&")
                        .append(name)
                        .append('=')
                        .append(URLEncoder.encode(value, UTF_8)));
        return encoded.toString();
    }
}
