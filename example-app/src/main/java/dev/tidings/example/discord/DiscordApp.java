package dev.tidings.example.discord;

import java.net.URI;
import java.time.Duration;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * This application as Discord's developer portal has it.
 *
 * @param clientId its id, known to all; also the id of the application
 * @param clientSecret what proves to Discord that it is us
 * @param publicKey what Discord signs its webhook events with, or null if none are taken
 * @param address where Discord is
 * @param patience how long a question to Discord may take
 */
public record DiscordApp(
        String clientId, String clientSecret, @Nullable DiscordKey publicKey, URI address, Duration patience) {

    /** Where Discord is, unless something stands in for it. */
    public static final URI DISCORD = URI.create("https://discord.com");

    /** How long a question to Discord may take, unless somebody else stands in for it. */
    public static final Duration PATIENCE = Duration.ofSeconds(5);

    private static final Pattern CLIENT_ID = Pattern.compile("[0-9]{1,20}");
    private static final Pattern SECRET = Pattern.compile("[!-~]{1,256}");

    /** Returns the id if it can be one; throws an IllegalArgumentException otherwise. */
    public static String checkClientId(String clientId) {
        if (!CLIENT_ID.matcher(clientId).matches()) {
            throw new IllegalArgumentException("must be digits, as in Discord's developer portal");
        }
        return clientId;
    }

    /** Returns the secret if it can be one; throws an IllegalArgumentException otherwise, which does not repeat it. */
    public static String checkClientSecret(String secret) {
        if (!SECRET.matcher(secret).matches()) {
            throw new IllegalArgumentException("must be visible ASCII characters, as in Discord's developer portal");
        }
        return secret;
    }

    /** Checks id, secret and patience. */
    public DiscordApp {
        checkClientId(clientId);
        checkClientSecret(clientSecret);
        if (patience.isZero() || patience.isNegative()) {
            throw new IllegalArgumentException("patience must be positive, was " + patience);
        }
    }

    /** The page on which a user lets the bot into a guild. It asks for no permissions: it only tells what happens. */
    public String installUrl() {
        return address + "/oauth2/authorize?client_id=" + clientId + "&scope=bot+applications.commands&permissions=0";
    }

    /** Does not tell the secret. */
    @Override
    public String toString() {
        return "DiscordApp[" + clientId + ", " + address + "]";
    }
}
