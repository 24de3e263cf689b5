package dev.tidings.sse.redis;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Objects;

/**
 * A script that the server runs as one step. It is called by the hash of its text, so nodes of two versions share a server
 * without meeting each other's.
 */
final class Script {

    private final byte[] source;
    private final byte[] hash;

    Script(String text) {
        this.source = text.getBytes(StandardCharsets.UTF_8);
        this.hash = HexFormat.of().formatHex(sha1(source)).getBytes(StandardCharsets.US_ASCII);
    }

    /** Reads a script that comes with this class. */
    static Script load(String name) {
        try (InputStream in = Script.class.getResourceAsStream(name)) {
            return new Script(new String(Objects.requireNonNull(in, name).readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    byte[] source() {
        return source;
    }

    byte[] hash() {
        return hash;
    }

    private static byte[] sha1(byte[] text) {
        try {
            return MessageDigest.getInstance("SHA-1").digest(text);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e); // every JDK has it
        }
    }
}
