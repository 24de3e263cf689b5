package dev.tidings.example.discord;

import dev.tidings.example.json.Json;
import dev.tidings.example.json.JsonFields;
import dev.tidings.example.json.MalformedJsonException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What lets us ask Discord in a user's name.
 *
 * @param access goes with each question
 * @param refresh is changed for a new pair when the first has expired
 * @param expiresAt when that is
 */
record DiscordTokens(String access, String refresh, Instant expiresAt) {

    /** What we ask a user to let us see: who they are, and which guilds they are in. */
    static final List<String> SCOPES = List.of("identify", "guilds");

    private static final Pattern TOKEN = Pattern.compile("[!-~]{1,1024}"); // goes into a header
    private static final long LONGEST_SECONDS = Duration.ofDays(365).toSeconds();

    DiscordTokens {
        if (!TOKEN.matcher(access).matches() || !TOKEN.matcher(refresh).matches()) {
            throw new IllegalArgumentException("a token must be visible ASCII");
        }
    }

    /**
     * Reads the answer of Discord's token endpoint.
     *
     * @param before the tokens for which these were given: their refresh token stays good if no other one comes
     * @throws IllegalArgumentException if it is not one
     */
    static DiscordTokens parseAnswer(String json, Instant now, @Nullable DiscordTokens before) {
        JsonFields fields = JsonFields.parse(json);
        if (!fields.string("token_type").toLowerCase(Locale.ROOT).equals("bearer")) {
            throw new MalformedJsonException("token_type must be Bearer");
        }
        if (!List.of(fields.string("scope").split(" ", -1)).containsAll(SCOPES)) {
            throw new MalformedJsonException("scope must hold " + String.join(" ", SCOPES));
        }
        long seconds = fields.integer("expires_in");
        if (seconds < 1 || seconds > LONGEST_SECONDS) {
            throw new MalformedJsonException("expires_in must be from 1 to " + LONGEST_SECONDS);
        }
        String refresh = fields.stringOrNull("refresh_token");
        if (refresh == null) {
            refresh = before == null ? fields.string("refresh_token") : before.refresh();
        }
        return new DiscordTokens(fields.string("access_token"), refresh, now.plusSeconds(seconds));
    }

    /** Reads what {@link #toJson} has written. */
    static DiscordTokens parse(String json) {
        JsonFields fields = JsonFields.parse(json);
        return new DiscordTokens(
                fields.string("access"), fields.string("refresh"), Instant.ofEpochMilli(fields.integer("expiresAt")));
    }

    String toJson() {
        return Json.write(Map.of("access", access, "refresh", refresh, "expiresAt", expiresAt.toEpochMilli()));
    }

    /** Does not tell them. */
    @Override
    public String toString() {
        return "DiscordTokens[expire at " + expiresAt + "]";
    }
}
