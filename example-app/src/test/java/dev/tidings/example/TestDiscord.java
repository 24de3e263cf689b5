package dev.tidings.example;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.tidings.example.json.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Stands in for Discord over real HTTP: the page that asks a user, the token endpoint, and the two questions about a user. As
 * strict as Discord is, by code of its own: redirects must match, PKCE is verified, codes and refresh tokens work once.
 */
public final class TestDiscord implements AutoCloseable {

    public static final String CLIENT_ID = "157730590492196864";
    public static final String CLIENT_SECRET = "client-secret-937it3ow87i4ery69876wqire";

    public static final String TOKEN = "/api/oauth2/token";
    public static final String ME = "/api/v10/users/@me";
    public static final String GUILDS = "/api/v10/users/@me/guilds";

    private static final long A_WEEK = 604_800;

    /** A guild as a user's list has it. */
    public record Membership(String id, String name, boolean owner, long permissions) {}

    /** What a path answers instead of the truth. */
    public interface Fault {
        void answer(HttpExchange exchange) throws IOException;
    }

    private record Grant(String userId, String challenge, String redirect) {}

    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final CountDownLatch closed = new CountDownLatch(1);
    private final AtomicInteger numbers = new AtomicInteger();
    private final Map<String, String> names = new ConcurrentHashMap<>();
    private final Map<String, List<Membership>> guilds = new ConcurrentHashMap<>();
    private final Map<String, Grant> codes = new ConcurrentHashMap<>();
    private final Map<String, String> accessTokens = new ConcurrentHashMap<>();
    private final Map<String, String> refreshTokens = new ConcurrentHashMap<>();
    private final Map<String, Fault> faults = new ConcurrentHashMap<>();

    /** What was asked, as method and path. */
    public final List<String> asked = new CopyOnWriteArrayList<>();

    /** All tokens given out, which must not turn up anywhere. */
    public final List<String> secrets = new CopyOnWriteArrayList<>(List.of(CLIENT_SECRET));

    private volatile String user = "";
    private volatile boolean denies;
    private volatile long expiresIn = A_WEEK;

    public TestDiscord() {
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.setExecutor(threads);
        server.createContext("/", this::answer);
        server.start();
    }

    public URI address() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    /** The settings of an application that takes this for Discord. */
    public Map<String, String> environment() {
        Map<String, String> environment = new HashMap<>();
        environment.put("PORT", "0");
        environment.put("WEBHOOK_SECRET", TestBot.SECRET);
        environment.put("DISCORD_CLIENT_ID", CLIENT_ID);
        environment.put("DISCORD_CLIENT_SECRET", CLIENT_SECRET);
        environment.put("DISCORD_URL", address().toString());
        return environment;
    }

    /** Whoever comes now is this user of Discord's, with these guilds. */
    public TestDiscord as(String userId, String name, Membership... memberships) {
        names.put(userId, name);
        guilds.put(userId, List.of(memberships));
        user = userId;
        return this;
    }

    /** Users press Cancel from now on. */
    public void deny() {
        denies = true;
    }

    /** Tokens given out from now on last this long. */
    public void expireTokensIn(long seconds) {
        expiresIn = seconds;
    }

    /** A user takes back what they had allowed. */
    public void revoke(String userId) {
        accessTokens.values().removeIf(userId::equals);
        refreshTokens.values().removeIf(userId::equals);
    }

    /** Access tokens end before their time. */
    public void forgetAccessTokens() {
        accessTokens.clear();
    }

    public void fail(String path, Fault fault) {
        faults.put(path, fault);
    }

    public void heal() {
        faults.clear();
    }

    /** All is well again, and nothing was asked yet. */
    public void recover() {
        faults.clear();
        asked.clear();
        denies = false;
        expiresIn = A_WEEK;
    }

    /** Answers with a status and a body. */
    public static Fault status(int status, String body) {
        return exchange -> send(exchange, status, body);
    }

    /** Answers with nothing, for as long as this runs. */
    public Fault silence() {
        return exchange -> await(closed);
    }

    /** Answers with a beginning, and then with nothing. */
    public Fault halfAnAnswer() {
        return exchange -> {
            exchange.sendResponseHeaders(200, 0);
            exchange.getResponseBody().write('{');
            exchange.getResponseBody().flush();
            await(closed);
        };
    }

    /** Answers the truth, but not before it may. */
    public Fault truthAfter(CountDownLatch allowed) {
        return exchange -> {
            await(allowed);
            answerTruly(exchange);
        };
    }

    public long count(String request) {
        return asked.stream().filter(request::equals).count();
    }

    @Override
    public void close() {
        closed.countDown();
        server.stop(0);
        threads.shutdownNow();
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void answer(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().getPath();
        asked.add(exchange.getRequestMethod() + " " + path);
        try (exchange) {
            Fault fault = faults.get(path);
            if (fault != null) {
                exchange.getRequestBody().readAllBytes(); // whoever still writes would miss the answer
                fault.answer(exchange);
            } else {
                answerTruly(exchange);
            }
        }
    }

    private void answerTruly(HttpExchange exchange) throws IOException {
        switch (exchange.getRequestMethod() + " " + exchange.getRequestURI().getPath()) {
            case "GET /oauth2/authorize" -> authorize(exchange);
            case "POST " + TOKEN -> token(exchange);
            case "GET " + ME -> me(exchange);
            case "GET " + GUILDS -> guilds(exchange);
            default -> send(exchange, 404, "{\"message\": \"404: Not Found\", \"code\": 0}");
        }
    }

    private void authorize(HttpExchange exchange) throws IOException {
        Map<String, String> query = form(exchange.getRequestURI().getRawQuery());
        boolean good = CLIENT_ID.equals(query.get("client_id"))
                && "code".equals(query.get("response_type"))
                && "identify guilds".equals(query.get("scope"))
                && "S256".equals(query.get("code_challenge_method"))
                && query.getOrDefault("code_challenge", "").matches("[A-Za-z0-9_-]{43}")
                && query.getOrDefault("state", "").length() >= 43;
        if (!good) {
            send(exchange, 400, "a request that Discord would not understand: " + query);
            return;
        }
        String answer = "error=access_denied&error_description=The+resource+owner+denied+the+request";
        if (!denies) {
            String code = "code" + numbers.incrementAndGet();
            codes.put(code, new Grant(user, query.get("code_challenge"), query.get("redirect_uri")));
            answer = "code=" + code;
        }
        String state = URLEncoder.encode(query.get("state"), UTF_8);
        exchange.getResponseHeaders().add("Location", query.get("redirect_uri") + "?" + answer + "&state=" + state);
        exchange.sendResponseHeaders(302, -1);
    }

    private void token(HttpExchange exchange) throws IOException {
        String us = Base64.getEncoder().encodeToString((CLIENT_ID + ":" + CLIENT_SECRET).getBytes(US_ASCII));
        if (!("Basic " + us).equals(exchange.getRequestHeaders().getFirst("Authorization"))) {
            send(exchange, 401, "{\"error\": \"invalid_client\"}");
            return;
        }
        Map<String, String> form = form(new String(exchange.getRequestBody().readAllBytes(), UTF_8));
        String owner = switch (form.getOrDefault("grant_type", "")) {
            case "authorization_code" -> ownerOfCode(form);
            case "refresh_token" -> refreshTokens.remove(form.get("refresh_token"));
            default -> null;
        };
        if (owner == null) {
            send(exchange, 400, "{\"error\": \"invalid_grant\", \"error_description\": \"Invalid grant.\"}");
            return;
        }
        send(exchange, 200, tokensFor(owner));
    }

    private String ownerOfCode(Map<String, String> form) {
        Grant grant = codes.remove(form.getOrDefault("code", ""));
        boolean good = grant != null
                && grant.redirect().equals(form.get("redirect_uri"))
                && form.getOrDefault("code_verifier", "").matches("[A-Za-z0-9._~-]{43,128}")
                && grant.challenge().equals(s256(form.get("code_verifier")));
        return good ? grant.userId() : null;
    }

    private String tokensFor(String owner) {
        String access = "access-token-" + numbers.incrementAndGet();
        String refresh = "refresh-token-" + numbers.incrementAndGet();
        accessTokens.put(access, owner);
        refreshTokens.put(refresh, owner);
        secrets.addAll(List.of(access, refresh));
        return Json.write(Map.of(
                "access_token",
                access,
                "token_type",
                "Bearer",
                "expires_in",
                expiresIn,
                "refresh_token",
                refresh,
                "scope",
                "guilds identify"));
    }

    private void me(HttpExchange exchange) throws IOException {
        String owner = owner(exchange);
        if (owner != null) {
            Map<String, Object> answer = new HashMap<>(Map.of("id", owner, "username", "user_" + owner, "flags", 0));
            answer.put("global_name", names.get(owner).isEmpty() ? null : names.get(owner));
            send(exchange, 200, Json.write(answer));
        }
    }

    private void guilds(HttpExchange exchange) throws IOException {
        String owner = owner(exchange);
        if (owner != null) {
            List<Map<String, Object>> answer = new ArrayList<>();
            for (Membership guild : guilds.get(owner)) {
                answer.add(Map.of(
                        "id",
                        guild.id(),
                        "name",
                        guild.name(),
                        "owner",
                        guild.owner(),
                        "permissions",
                        String.valueOf(guild.permissions()),
                        "features",
                        List.of("COMMUNITY", "NEWS")));
            }
            send(exchange, 200, Json.write(answer));
        }
    }

    private String owner(HttpExchange exchange) throws IOException {
        String bearer = String.valueOf(exchange.getRequestHeaders().getFirst("Authorization"));
        String owner = accessTokens.get(bearer.replaceFirst("^Bearer ", ""));
        if (owner == null) {
            send(exchange, 401, "{\"message\": \"401: Unauthorized\", \"code\": 0}");
        }
        return owner;
    }

    private static void send(HttpExchange exchange, int status, String body) throws IOException {
        byte[] bytes = body.getBytes(UTF_8);
        exchange.getResponseHeaders().add("Content-Type", "application/json");
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
    }

    private static Map<String, String> form(String encoded) {
        Map<String, String> form = new HashMap<>();
        for (String pair : encoded.split("&", -1)) {
            String[] parts = pair.split("=", 2);
            form.put(URLDecoder.decode(parts[0], UTF_8), URLDecoder.decode(parts[1], UTF_8));
        }
        return form;
    }

    private static String s256(String verifier) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(verifier.getBytes(US_ASCII));
            return Base64.getUrlEncoder().withoutPadding().encodeToString(hash);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
