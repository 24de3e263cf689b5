package dev.tidings.sse.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.sse.CloseReason;
import dev.tidings.sse.Event;
import dev.tidings.sse.Gap;
import dev.tidings.sse.Topic;
import dev.tidings.sse.testing.EventStreamParser;
import dev.tidings.sse.testing.ServerSentEvent;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FramesTest {

    private static final Topic GUILD = Topic.of("guild", "7");

    // What a parser could stumble over, and some of each length of UTF-8.
    private static final String[] PIECES = {
        "\r",
        "\n",
        "\r\n",
        " ",
        ":",
        "data: ",
        "event: x",
        "id: 1",
        "retry: 1",
        "\0",
        "\ufeff",
        "a",
        "{}",
        "\"",
        "ä",
        "€",
        "😀",
        "\ud83d",
        "\ude00",
        "\u2028",
        "\u0085",
        "\t"
    };

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "  two leading spaces",
                "\n",
                "\n\n",
                "a\nb",
                "a\n",
                "\na",
                ":no comment",
                "data: no field",
                "id: 7\nretry: 1",
                "\0",
                "a\0b",
                "\ufeffno byte order mark",
                "äöü €",
                "😀",
                "\u2028\u2029\u0085 are no line ends"
            })
    void dataComesBackAsItWasPublished(String data) {
        assertThat(parse(Frames.body(Event.of("event", data))))
                .containsExactly(new ServerSentEvent("event", data, "", null));
    }

    @ParameterizedTest
    @CsvSource({"'a\r\nb',     'a\nb'", "'a\rb', 'a\nb'", "'\r', '\n'", "'\r\r\n\n', '\n\n\n'", "'a\n\rb', 'a\n\nb'"})
    void everyLineEndArrivesAsLineFeed(String data, String received) {
        assertThat(parse(Frames.body(Event.of("event", data))))
                .extracting(ServerSentEvent::data)
                .containsExactly(received);
    }

    @Test
    void aLoneSurrogateArrivesAsReplacementCharacter() {
        String data = "\ude00 low, \ud83d high, \ud83d\ud83d\ude00 pair after high, \ud83d";

        assertThat(parse(Frames.body(Event.of("event", data))))
                .extracting(ServerSentEvent::data)
                .containsExactly("\ufffd low, \ufffd high, \ufffd\ud83d\ude00 pair after high, \ufffd");
    }

    @Test
    void aMegabyteComesBack() {
        String data = "0123456789abcde\n".repeat(1 << 16);

        assertThat(parse(Frames.body(Event.of("event", data))))
                .containsExactly(new ServerSentEvent("event", data, "", null));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"message", "a:b", ": colon first", " leading space", "data", "ereignis-ä", "stream", "stream:x"})
    void anyTypeThatCanBeBuiltComesBack(String type) {
        assertThat(parse(Frames.body(Event.of(type, "x")))).containsExactly(new ServerSentEvent(type, "x", "", null));
    }

    @Test
    void randomEventsComeBackWhereverTheStreamIsSplit() {
        long seed = Long.getLong("tidings.seed", System.nanoTime());
        Random random = new Random(seed);
        for (int round = 0; round < 200; round++) {
            String[] data = random.ints(1 + random.nextInt(3), 0, 12)
                    .mapToObj(pieces -> data(random, pieces))
                    .toArray(String[]::new);
            byte[] stream = stream(data);
            List<ServerSentEvent> expected = Arrays.stream(data)
                    .map(each -> new ServerSentEvent("event", received(each), "cursor", null))
                    .toList();

            for (int split = 0; split <= stream.length; split++) {
                EventStreamParser parser = new EventStreamParser();
                parser.accept(Arrays.copyOf(stream, split));
                parser.accept(Arrays.copyOfRange(stream, split, stream.length));
                assertThat(parser.take())
                        .as("seed " + seed + ", round " + round + ", split at " + split)
                        .isEqualTo(expected);
            }
        }
    }

    @Test
    void randomEventsComeBackByteByByte() {
        long seed = Long.getLong("tidings.seed", System.nanoTime());
        Random random = new Random(seed);
        for (int round = 0; round < 2_000; round++) {
            String data = data(random, random.nextInt(40));
            EventStreamParser parser = new EventStreamParser();
            for (byte each : stream(data)) {
                parser.accept(new byte[] {each});
            }
            assertThat(parser.take())
                    .as("seed " + seed + ", round " + round)
                    .containsExactly(new ServerSentEvent("event", received(data), "cursor", null));
        }
    }

    @Test
    void anEventIsTheseBytes() {
        assertThat(text(stream(" a\r\nb\n"))).isEqualTo("id: cursor\nevent: event\ndata:  a\ndata: b\ndata: \n\n");
    }

    @Test
    void aHeartbeatIsAComment() {
        assertThat(text(Frames.HEARTBEAT)).isEqualTo(":\n\n");
    }

    @Test
    void controlFramesAreTheseBytes() {
        byte[] cursor = ascii("AQAB");

        assertThat(text(ControlFrames.open(cursor, 15_000, true, List.of()))).isEqualTo("""
                        id: AQAB
                        retry: 1000
                        event: stream.open
                        data: {"heartbeat":15000,"resumed":true,"new":[]}

                        """);
        assertThat(text(ControlFrames.open(cursor, 30_000, false, List.of(GUILD, Topic.of("user", "1")))))
                .isEqualTo("""
                        id: AQAB
                        retry: 1000
                        event: stream.open
                        data: {"heartbeat":30000,"resumed":false,"new":["guild:7","user:1"]}

                        """);
        assertThat(text(ControlFrames.gap(cursor, new Gap(GUILD, Gap.Reason.TRIMMED))))
                .isEqualTo("""
                        id: AQAB
                        event: stream.gap
                        data: {"topic":"guild:7","reason":"trimmed"}

                        """);
        assertThat(text(ControlFrames.status(true))).isEqualTo("event: stream.status\ndata: {\"state\":\"stale\"}\n\n");
        assertThat(text(ControlFrames.status(false)))
                .isEqualTo("event: stream.status\ndata: {\"state\":\"fresh\"}\n\n");
        assertThat(text(ControlFrames.cursor(cursor))).isEqualTo("id: AQAB\nevent: stream.cursor\ndata: {}\n\n");
        assertThat(text(ControlFrames.close(cursor, CloseReason.DRAIN, 2_500))).isEqualTo("""
                        id: AQAB
                        retry: 2500
                        event: stream.close
                        data: {"reason":"drain","reconnect":true}

                        """);
        assertThat(text(ControlFrames.close(null, CloseReason.LIMIT, 5_000))).isEqualTo("""
                        retry: 5000
                        event: stream.close
                        data: {"reason":"limit","reconnect":true}

                        """);
    }

    @Test
    void reasonsHaveTheNamesOfTheContract() {
        assertThat(Gap.Reason.values())
                .extracting(Gap.Reason::wireName)
                .containsExactly("trimmed", "reset", "slow", "bad-cursor");
        assertThat(CloseReason.values())
                .extracting(CloseReason::wireName)
                .containsExactly("expired", "revoked", "replaced", "changed", "drain", "limit", "slow", "error");
    }

    @Test
    void onlyTheReplacedAreToldNotToComeBack() {
        for (CloseReason reason : CloseReason.values()) {
            String data = parse(ControlFrames.close(null, reason, 1)).get(0).data();

            assertThat(data).endsWith("\"reconnect\":" + (reason != CloseReason.REPLACED) + "}");
        }
    }

    @Test
    void aTopicsNameIsQuotedAsJson() {
        byte[] gap = ControlFrames.gap(ascii("x"), new Gap(Topic.of("a\"b\\c"), Gap.Reason.RESET));

        assertThat(parse(gap))
                .extracting(ServerSentEvent::data)
                .containsExactly("{\"topic\":\"a\\\"b\\\\c\",\"reason\":\"reset\"}");
    }

    private static String data(Random random, int pieces) {
        StringBuilder data = new StringBuilder();
        for (int i = 0; i < pieces; i++) {
            data.append(PIECES[random.nextInt(PIECES.length)]);
        }
        return data.toString();
    }

    /** What the standard makes of data on its way, said in another way than the code does. */
    private static String received(String data) {
        StringBuilder valid = new StringBuilder();
        data.replace("\r\n", "\n")
                .replace('\r', '\n')
                .codePoints()
                .map(c -> c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE ? 0xfffd : c)
                .forEach(valid::appendCodePoint);
        return valid.toString();
    }

    private static byte[] stream(String... data) {
        ByteArrayOutputStream stream = new ByteArrayOutputStream();
        for (String each : data) {
            stream.writeBytes(Frames.idLine(ascii("cursor")));
            stream.writeBytes(Frames.body(Event.of("event", each)));
        }
        return stream.toByteArray();
    }

    private static List<ServerSentEvent> parse(byte[] stream) {
        EventStreamParser parser = new EventStreamParser();
        parser.accept(stream);
        return parser.take();
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
