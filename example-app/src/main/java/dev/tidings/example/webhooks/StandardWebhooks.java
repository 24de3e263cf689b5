package dev.tidings.example.webhooks;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.MessageDigest;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Signs and verifies as <a href="https://www.standardwebhooks.com/">Standard Webhooks</a> says: the HMAC-SHA256 of id,
 * timestamp and body, over the bytes as they came.
 */
public final class StandardWebhooks {

    /** The header with the id. */
    public static final String ID = "webhook-id";

    /** The header with the time of sending, in seconds since the epoch. */
    public static final String TIMESTAMP = "webhook-timestamp";

    /** The header with the signatures. */
    public static final String SIGNATURE = "webhook-signature";

    /** How far the sender's clock may be from ours, and how long a copied request is of use. */
    static final Duration TOLERANCE = Duration.ofMinutes(5);

    private static final Pattern ID_FORMAT = Pattern.compile("[!-~]{1,128}");
    private static final Pattern SECONDS = Pattern.compile("[0-9]{1,12}");
    private static final String VERSION = "v1,";

    private final List<WebhookSecret> secrets;
    private final Clock clock;

    /**
     * Creates it.
     *
     * @param secrets the first one signs; any of them verifies, so that they can be rotated
     */
    public StandardWebhooks(List<WebhookSecret> secrets) {
        this(secrets, Clock.systemUTC());
    }

    StandardWebhooks(List<WebhookSecret> secrets, Clock clock) {
        if (secrets.isEmpty()) {
            throw new IllegalArgumentException("secrets must not be empty");
        }
        this.secrets = List.copyOf(secrets);
        this.clock = clock;
    }

    /**
     * Verifies a webhook.
     *
     * @param header finds a header by its name
     * @return the id
     * @throws InvalidSignatureException if a header is missing, the time is off, or no signature is right
     */
    public String verify(HeaderLookup header, byte[] body) throws InvalidSignatureException {
        String id = require(header, ID, ID_FORMAT);
        String timestamp = require(header, TIMESTAMP, SECONDS);
        String signatures = require(header, SIGNATURE, null);
        long now = clock.instant().getEpochSecond();
        if (Math.abs(now - Long.parseLong(timestamp)) > TOLERANCE.toSeconds()) {
            throw new InvalidSignatureException(TIMESTAMP + " is more than " + TOLERANCE.toMinutes()
                    + " minutes off: it says " + timestamp + ", here it is " + now);
        }
        if (!anyMatches(signatures, id, timestamp, body)) {
            throw new InvalidSignatureException("no " + SIGNATURE + " is right for this id, timestamp and body");
        }
        return id;
    }

    /** Returns the headers that prove where a body comes from. */
    public Map<String, String> sign(String id, byte[] body) {
        String timestamp = String.valueOf(clock.instant().getEpochSecond());
        String signature = Base64.getEncoder().encodeToString(hmac(secrets.get(0), id, timestamp, body));
        return Map.of(ID, id, TIMESTAMP, timestamp, SIGNATURE, VERSION + signature);
    }

    private boolean anyMatches(String signatures, String id, String timestamp, byte[] body) {
        List<byte[]> expected = new ArrayList<>();
        for (WebhookSecret secret : secrets) {
            expected.add(hmac(secret, id, timestamp, body));
        }
        boolean matches = false;
        for (String signature : signatures.split(" ", -1)) {
            if (signature.startsWith(VERSION)) {
                matches |= isOneOf(expected, signature.substring(VERSION.length()));
            }
        }
        return matches;
    }

    private static boolean isOneOf(List<byte[]> expected, String base64) {
        byte[] given;
        try {
            given = Base64.getDecoder().decode(base64);
        } catch (IllegalArgumentException e) {
            return false;
        }
        boolean matches = false;
        for (byte[] one : expected) {
            matches |= MessageDigest.isEqual(one, given); // takes the same time wherever they differ
        }
        return matches;
    }

    private static byte[] hmac(WebhookSecret secret, String id, String timestamp, byte[] body) {
        return secret.hmac((id + "." + timestamp + ".").getBytes(UTF_8), body);
    }

    private static String require(HeaderLookup header, String name, @Nullable Pattern format)
            throws InvalidSignatureException {
        String value = header.get(name);
        if (value == null || value.isBlank()) {
            throw new InvalidSignatureException("header " + name + " is missing");
        }
        if (format != null && !format.matcher(value).matches()) {
            throw new InvalidSignatureException("header " + name + " must match " + format);
        }
        return value;
    }

    /** Finds a header. */
    @FunctionalInterface
    public interface HeaderLookup {
        /** Returns its value, or null if there is none. */
        @Nullable
        String get(String name);
    }
}
