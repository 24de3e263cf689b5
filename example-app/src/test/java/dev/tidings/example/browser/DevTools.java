package dev.tidings.example.browser;

import dev.tidings.example.json.Json;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** The Chrome DevTools Protocol over one WebSocket: commands and their answers, and events by session. */
final class DevTools implements WebSocket.Listener {

    private static final long PATIENCE_SECONDS = 60;

    private final Map<Integer, CompletableFuture<JsonNode>> answers = new ConcurrentHashMap<>();
    private final Map<String, BiConsumer<String, JsonNode>> listeners = new ConcurrentHashMap<>();
    private final StringBuilder message = new StringBuilder(); // of the WebSocket's thread
    private final WebSocket socket;
    private int commands; // guarded by this

    DevTools(URI address) {
        socket = HttpClient.newHttpClient()
                .newWebSocketBuilder()
                .buildAsync(address, this)
                .join();
    }

    /** Sends a command to the browser, or to one session of it, and returns its result. */
    JsonNode send(@Nullable String session, String method, Map<String, ?> parameters) {
        CompletableFuture<JsonNode> answer = command(session, method, parameters);
        try {
            return answer.orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS).join();
        } catch (CompletionException e) {
            throw new IllegalStateException(method + " " + parameters + ": " + e.getCause(), e);
        }
    }

    /** Sends a command that is not answered, or not for long. */
    void tell(String session, String method, Map<String, ?> parameters) {
        command(session, method, parameters);
    }

    private synchronized CompletableFuture<JsonNode> command(
            @Nullable String session, String method, Map<String, ?> parameters) {
        CompletableFuture<JsonNode> answer = new CompletableFuture<>();
        int id = ++commands;
        answers.put(id, answer);
        ObjectNode command = Json.MAPPER.createObjectNode();
        command.put("id", id).put("method", method).putPOJO("params", parameters);
        if (session != null) {
            command.put("sessionId", session);
        }
        socket.sendText(Json.write(command), true).join(); // it takes one message at a time
        return answer;
    }

    /** Calls the listener, on the WebSocket's thread, with the name and the data of each event of a session. */
    void listen(String session, BiConsumer<String, JsonNode> listener) {
        listeners.put(session, listener);
    }

    @Override
    public @Nullable CompletionStage<?> onText(WebSocket from, CharSequence part, boolean last) {
        message.append(part);
        if (last) {
            receive(Json.MAPPER.readTree(message.toString()));
            message.setLength(0);
        }
        from.request(1);
        return null;
    }

    @Override
    public void onError(WebSocket from, Throwable error) {
        answers.values().forEach(answer -> answer.completeExceptionally(error));
    }

    @Override
    public @Nullable CompletionStage<?> onClose(WebSocket from, int status, String reason) {
        onError(from, new IllegalStateException("the browser closed the connection: " + reason));
        return null;
    }

    private void receive(JsonNode received) {
        if (received.has("id")) {
            CompletableFuture<JsonNode> answer =
                    answers.remove(received.get("id").asInt());
            if (received.has("error")) {
                answer.completeExceptionally(
                        new IllegalStateException(received.get("error").toString()));
            } else {
                answer.complete(received.get("result"));
            }
        } else if (received.has("sessionId")) {
            listeners
                    .getOrDefault(received.get("sessionId").asString(), (method, parameters) -> {})
                    .accept(received.get("method").asString(), received.get("params"));
        }
    }
}
