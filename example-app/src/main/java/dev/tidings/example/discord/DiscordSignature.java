package dev.tidings.example.discord;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.time.Clock;
import java.time.Duration;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Proves that a webhook event comes from Discord, now: an Ed25519 signature of the timestamp and the body as they came. */
final class DiscordSignature {

    static final String SIGNATURE = "X-Signature-Ed25519";
    static final String TIMESTAMP = "X-Signature-Timestamp";

    /**
     * How far Discord's clock may be from ours. Discord tries for ten minutes to deliver an event, and a retry may have the
     * first attempt's time; a copied request is of no use meanwhile, since what was received is known for a day.
     */
    static final Duration TOLERANCE = Duration.ofMinutes(15);

    private static final Pattern SECONDS = Pattern.compile("[0-9]{1,12}");

    private final DiscordKey key;
    private final Clock clock;

    DiscordSignature(DiscordKey key, Clock clock) {
        this.key = key;
        this.clock = clock;
    }

    boolean verifies(@Nullable String signature, @Nullable String timestamp, byte[] body) {
        return signature != null
                && timestamp != null
                && SECONDS.matcher(timestamp).matches()
                && isNow(Long.parseLong(timestamp))
                && key.verifies(signature, timestamp.getBytes(US_ASCII), body);
    }

    private boolean isNow(long seconds) {
        return Math.abs(clock.instant().getEpochSecond() - seconds) <= TOLERANCE.toSeconds();
    }
}
