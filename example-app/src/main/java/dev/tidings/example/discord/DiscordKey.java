package dev.tidings.example.discord;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.Signature;
import java.security.SignatureException;
import java.security.spec.EdECPoint;
import java.security.spec.EdECPublicKeySpec;
import java.security.spec.NamedParameterSpec;
import java.util.HexFormat;
import java.util.regex.Pattern;

/** The Ed25519 key by which Discord's signatures are known. Its text is 64 hexadecimal digits. */
public final class DiscordKey {

    private static final String ALGORITHM = "Ed25519";
    private static final Pattern KEY = Pattern.compile("[0-9a-fA-F]{64}");
    private static final Pattern SIGNATURE = Pattern.compile("[0-9a-fA-F]{128}");

    private final PublicKey key;

    private DiscordKey(PublicKey key) {
        this.key = key;
    }

    /**
     * Reads a key.
     *
     * @throws IllegalArgumentException if it is not one
     */
    public static DiscordKey parse(String hex) {
        if (!KEY.matcher(hex).matches()) {
            throw new IllegalArgumentException("must be 64 hexadecimal digits, as in Discord's developer portal");
        }
        DiscordKey key = new DiscordKey(decode(HexFormat.of().parseHex(hex)));
        try {
            key.verifier();
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException("is no key of Ed25519", e);
        }
        return key;
    }

    /** Tells whether a signature, in hexadecimal, is of these bytes one after the other. */
    boolean verifies(String signature, byte[]... parts) {
        if (!SIGNATURE.matcher(signature).matches()) {
            return false;
        }
        try {
            Signature verifier = verifier();
            for (byte[] part : parts) {
                verifier.update(part);
            }
            return verifier.verify(HexFormat.of().parseHex(signature));
        } catch (SignatureException e) { // not even the form of one
            return false;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("the key was good when it was read", e);
        }
    }

    private Signature verifier() throws GeneralSecurityException {
        Signature verifier = Signature.getInstance(ALGORITHM);
        verifier.initVerify(key);
        return verifier;
    }

    /** As in RFC 8032, section 5.1.3: y, little-endian, and in its last bit whether x is odd. */
    private static PublicKey decode(byte[] raw) {
        byte[] y = new byte[raw.length];
        for (int i = 0; i < raw.length; i++) {
            y[i] = raw[raw.length - 1 - i];
        }
        boolean xIsOdd = (y[0] & 0x80) != 0;
        y[0] &= 0x7f;
        EdECPoint point = new EdECPoint(xIsOdd, new BigInteger(1, y));
        try {
            return KeyFactory.getInstance(ALGORITHM)
                    .generatePublic(new EdECPublicKeySpec(NamedParameterSpec.ED25519, point));
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException("is no key of Ed25519", e);
        }
    }
}
