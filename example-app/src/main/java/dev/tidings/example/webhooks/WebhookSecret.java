package dev.tidings.example.webhooks;

import java.security.InvalidKeyException;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** A key that both ends of a webhook have. Its text is {@code whsec_} and the key in base64. */
public final class WebhookSecret {

    private static final String PREFIX = "whsec_";
    private static final int MIN_BYTES = 24;
    private static final String ALGORITHM = "HmacSHA256";

    private final byte[] key;

    private WebhookSecret(byte[] key) {
        this.key = key;
    }

    /**
     * Reads a secret.
     *
     * @throws IllegalArgumentException if it is not one; the message does not repeat it
     */
    public static WebhookSecret parse(String text) {
        if (!text.startsWith(PREFIX)) {
            throw new IllegalArgumentException("a secret must start with " + PREFIX);
        }
        byte[] key;
        try {
            key = Base64.getDecoder().decode(text.substring(PREFIX.length()));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("a secret must be " + PREFIX + " and base64", e);
        }
        if (key.length < MIN_BYTES) {
            throw new IllegalArgumentException("a secret must have at least " + MIN_BYTES + " bytes, had " + key.length
                    + "; this makes one: echo " + PREFIX + "$(openssl rand -base64 32)");
        }
        return new WebhookSecret(key);
    }

    /** Makes a new secret. */
    public static WebhookSecret random() {
        byte[] key = new byte[32];
        new SecureRandom().nextBytes(key);
        return new WebhookSecret(key);
    }

    byte[] hmac(byte[]... parts) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(new SecretKeySpec(key, ALGORITHM));
            for (byte[] part : parts) {
                mac.update(part);
            }
            return mac.doFinal();
        } catch (NoSuchAlgorithmException | InvalidKeyException e) {
            throw new IllegalStateException("every Java has " + ALGORITHM, e);
        }
    }

    /** The key in hexadecimal, as openssl wants it. To be shown only where there is nothing to protect. */
    public String hex() {
        return HexFormat.of().formatHex(key);
    }

    /** Does not tell the key. */
    @Override
    public String toString() {
        return "WebhookSecret";
    }
}
