package dev.tidings.example.hostile;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.List;

/** Texts that have broken somebody's software before. */
final class HostileTexts {

    /** For names, ids and whatever else is shown or stored. */
    static final List<String> VALUES = List.of(
            "",
            " ",
            "\u0000",
            "a\u0000b",
            "a\r\nSet-Cookie: session=stolen",
            "a\ndata: forged\n\nevent: forged",
            "\u2028\u2029",
            "\u202egnp.exe",
            "\ud800",
            "\udc00\ud800",
            "<script>alert(1)</script>",
            "<img src=x onerror=alert(1)>",
            "\"><svg onload=alert(1)>",
            "javascript:alert(1)",
            "'; DROP TABLE users; --",
            "' OR '1'='1",
            "${jndi:ldap://127.0.0.1/x}",
            "{{7*7}}",
            "%s%s%s%n",
            "{0}",
            "../../../../etc/passwd",
            "..\\..\\windows",
            "%2e%2e%2f",
            "-1",
            "9223372036854775808",
            "1e400",
            "NaN",
            "null",
            "true",
            "constructor",
            "__proto__",
            "\ud83e\udd89".repeat(200),
            "x".repeat(5_000));

    /** In the place of a JSON value. */
    static final List<String> JSON_VALUES = List.of(
            "null",
            "true",
            "0",
            "-0.0",
            "1e999999999",
            "1".repeat(2_000),
            "[]",
            "{}",
            "[[[[]]]]",
            "\"\"",
            "\"\\u0000\"",
            "\"\\ud800\"",
            "\"\\r\\ndata: forged\"",
            "\"" + "x".repeat(30_000) + "\"",
            "[".repeat(20_000) + "]".repeat(20_000),
            "{\"a\":".repeat(5_000) + "1" + "}".repeat(5_000),
            "NaN",
            "undefined",
            "'single'",
            "\"open");

    /** In the place of a whole body. */
    static final List<byte[]> BODIES = List.of(
            bytes(""),
            bytes(" "),
            bytes("null"),
            bytes("[]"),
            bytes("{}"),
            bytes("{"),
            bytes("{}{}"),
            bytes("{\"guildId\":\"1\",\"guildId\":\"2\"}"),
            bytes("\ufeff{}"),
            bytes("user=" + "x".repeat(100_000)),
            bytes("user=%ff%fe&user=%"),
            bytes("&=&=&"),
            bytes("guild=%00&everywhere=%00&stream=%00&user=%00"),
            bytes("guild=%ed%a0%80&everywhere=%zz&stream=%"),
            bytes("[".repeat(60_000)),
            bytes("{\"a\":".repeat(10_000)),
            bytes("x".repeat(64 * 1024 + 1)),
            bytes("x".repeat(1024 * 1024)),
            new byte[] {(byte) 0xff, (byte) 0xfe, '{', 0, '}', 0},
            new byte[] {'{', (byte) 0xc3, (byte) 0x28, '}'},
            new byte[1000]);

    /** Lines of a head, without their end. */
    static final List<String> HEADERS = List.of(
            "Last-Event-ID: " + "A".repeat(6_000),
            "Last-Event-ID: \u00ff\u00fe",
            "Last-Event-ID: ../../x",
            "Cookie: session=" + "x".repeat(4_000),
            "Cookie: session=../../x; session=; =;;;",
            "Cookie: session=%00",
            "Cookie: $Version=1; session=\"a\\\"b\"",
            "Content-Type: application/xml",
            "Content-Type: multipart/form-data",
            "Content-Type: application/x-www-form-urlencoded; charset=nonsense",
            "Content-Encoding: gzip",
            "Accept: \u0001",
            "Origin: null",
            "Origin: https://evil.example",
            "Origin: javascript:alert(1)",
            "Sec-Fetch-Site: cross-site",
            "X-Forwarded-For: <script>",
            "X-Forwarded-Proto: https, http",
            "X-HTTP-Method-Override: DELETE",
            "Expect: 100-continue",
            "Expect: nonsense",
            "Upgrade: websocket\r\nConnection: Upgrade",
            "Range: bytes=0-0,-1",
            "If-Match: " + "\"x\",".repeat(500),
            "If-None-Match: *",
            "webhook-id: " + "x".repeat(4_000),
            "webhook-id: a\u0000b",
            "webhook-timestamp: 99999999999999999999",
            "webhook-timestamp: -1",
            "webhook-signature: v1,",
            "webhook-signature: " + "v1,AAAA ".repeat(500),
            "X-Signature-Ed25519: zz",
            "X-Signature-Ed25519: " + "0".repeat(128) + "\r\nX-Signature-Timestamp: 1",
            "Transfer-Encoding: chunked, identity",
            "No-Colon",
            " folded: x",
            "X: " + "y".repeat(20_000));

    /** In the place of a path. */
    static final List<String> TARGETS = List.of(
            "/../",
            "/..;/admin",
            "/assets/../../pom.xml",
            "/assets/%2e%2e/%2e%2e/pom.xml",
            "/assets/..%2f..%2fpom.xml",
            "/assets/..%5c..%5cpom.xml",
            "/assets/%252e%252e/",
            "/assets//etc/passwd",
            "/assets/%00",
            "/assets/app.css%00.js",
            "/sse/../WEB-INF/web.xml",
            "/sse/%2e%2e/module-info.class",
            "/META-INF/MANIFEST.MF",
            "//evil.example/",
            "/\\evil.example",
            "/api/guilds/events;jsessionid=1",
            "/api/guilds;/events",
            "/api/guilds/events/../../../admin",
            "/api//guilds",
            "/api/guilds?" + "a=b&".repeat(1_500),
            "/api/guilds/events?guild=%ff",
            "/api/guilds/events?guild=%00",
            "/api/guilds/events?lastEventId=%0d%0aid:%20x",
            "/api/guilds/events?lastEventId=" + "A".repeat(5_000),
            "/" + "a".repeat(20_000),
            "/%",
            "/%zz",
            "/\u00ff",
            "*",
            "http://evil.example/api/guilds",
            "relative");

    private HostileTexts() {}

    /** As it may stand in a path or a form. */
    static String encoded(String value) {
        StringBuilder encoded = new StringBuilder();
        for (byte b : value.getBytes(UTF_8)) {
            encoded.append(String.format("%%%02x", b & 0xff));
        }
        return encoded.toString();
    }

    static byte[] bytes(String text) {
        return text.getBytes(text.chars().allMatch(c -> c < 256) ? ISO_8859_1 : UTF_8);
    }
}
