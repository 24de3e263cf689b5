package dev.tidings.sse.cursor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.sse.Position;
import dev.tidings.sse.Topic;
import dev.tidings.sse.cursor.CursorLayout.Positions;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class CursorLayoutTest {

    private static final Topic USER = Topic.of("user", "42");
    private static final Topic GUILD = Topic.of("guild", "7");
    private static final Topic NEWS = Topic.of("news");
    private static final int TAG = 0xbeef;

    /** All topics clash in four bytes, none in eight. */
    private static final TopicHash CLASHING = new TopicHash() {
        @Override
        public int narrow(Topic topic) {
            return topic.equals(NEWS) ? 5 : 7;
        }

        @Override
        public long wide(Topic topic) {
            return FNV1A.wide(topic);
        }
    };

    private final CursorLayout one = CursorLayout.of(List.of(USER), TAG);
    private final CursorLayout two = CursorLayout.of(List.of(USER, GUILD), TAG);
    private final CursorLayout three = CursorLayout.of(List.of(USER, GUILD, NEWS), TAG);

    @Test
    void aCursorIsShort() {
        assertThat(one.encodeText(new long[] {1})).hasSize(20);
        assertThat(two.encodeText(new long[] {1, 2})).hasSize(36);
        assertThat(three.encodeText(new long[] {1, 2, 3})).hasSize(52);
    }

    @Test
    void theLargestCursorFitsAHeader() {
        List<Topic> topics =
                IntStream.range(0, 64).mapToObj(i -> Topic.of("topic", "" + i)).toList();
        long[] positions =
                IntStream.range(0, 64).mapToLong(i -> Long.MAX_VALUE - i).toArray();
        TopicHash allClash = new TopicHash() {
            @Override
            public int narrow(Topic topic) {
                return 0;
            }

            @Override
            public long wide(Topic topic) {
                return FNV1A.wide(topic);
            }
        };
        CursorLayout widest = CursorLayout.of(topics, TAG, allClash);

        String cursor = widest.encodeText(positions);

        assertThat(cursor).hasSize(1370);
        assertThat(widest.decode(cursor).orElseThrow().positions()).containsExactly(positions);
    }

    @Test
    void positionsComeBack() {
        long[][] all = {
            {0, 0, 0},
            {1, 2, 3},
            {Long.MAX_VALUE, 0, Position.of(1_700_000_000_000L, 16383).value()}
        };
        for (long[] positions : all) {
            Positions decoded = three.decode(three.encodeText(positions)).orElseThrow();

            assertThat(decoded.positions()).containsExactly(positions);
            assertThat(decoded.foreign()).isFalse();
        }
    }

    @Test
    void theOrderOfTheTopicsDoesNotMatter() {
        CursorLayout reversed = CursorLayout.of(List.of(NEWS, GUILD, USER), TAG);

        assertThat(reversed.decode(three.encodeText(new long[] {1, 2, 3}))
                        .orElseThrow()
                        .positions())
                .containsExactly(3, 2, 1);
    }

    @Test
    void aTopicThatTheCursorDoesNotNameIsAbsent() {
        assertThat(three.decode(one.encodeText(new long[] {1})).orElseThrow().positions())
                .containsExactly(1, Positions.ABSENT, Positions.ABSENT);
    }

    @Test
    void aTopicThatIsNotAskedForIsPassedOver() {
        assertThat(one.decode(three.encodeText(new long[] {1, 2, 3}))
                        .orElseThrow()
                        .positions())
                .containsExactly(1);
    }

    @Test
    void aCursorOfAnotherLogIsForeign() {
        CursorLayout other = CursorLayout.of(List.of(USER), TAG ^ 1);

        Positions decoded = other.decode(one.encodeText(new long[] {1})).orElseThrow();

        assertThat(decoded.foreign()).isTrue();
        assertThat(decoded.positions()).containsExactly(1);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 0x7fff, 0x8000, 0xffff})
    void everyTagIsItsOwn(int tag) {
        CursorLayout layout = CursorLayout.of(List.of(USER), tag);

        assertThat(layout.decode(layout.encodeText(new long[] {1}))
                        .orElseThrow()
                        .foreign())
                .isFalse();
    }

    @Test
    void clashingHashesAreWrittenWide() {
        CursorLayout wide = CursorLayout.of(List.of(USER, GUILD, NEWS), TAG, CLASHING);

        String cursor = wide.encodeText(new long[] {1, 2, 3});

        assertThat(cursor).hasSize(68);
        assertThat(wide.decode(cursor).orElseThrow().positions()).containsExactly(1, 2, 3);
    }

    @Test
    void aWideCursorIsReadByANarrowLayout() {
        CursorLayout wide = CursorLayout.of(List.of(USER, GUILD), TAG, CLASHING);
        CursorLayout narrow = CursorLayout.of(List.of(NEWS, GUILD), TAG, CLASHING);

        assertThat(narrow.decode(wide.encodeText(new long[] {1, 2}))
                        .orElseThrow()
                        .positions())
                .containsExactly(Positions.ABSENT, 2);
    }

    @Test
    void aNarrowCursorIsReadByAWideLayout() {
        CursorLayout narrow = CursorLayout.of(List.of(NEWS), TAG, CLASHING);
        CursorLayout wide = CursorLayout.of(List.of(USER, GUILD, NEWS), TAG, CLASHING);

        assertThat(wide.decode(narrow.encodeText(new long[] {3})).orElseThrow().positions())
                .containsExactly(Positions.ABSENT, Positions.ABSENT, 3);
    }

    @Test
    void aCursorMarkedClosedIsKnownAsSuch() {
        String closed = new String(two.encodeClosed(new long[] {1, 2}), StandardCharsets.US_ASCII);

        assertThat(CursorFormat.isClosed(closed)).isTrue();
        assertThat(two.decode(closed).orElseThrow().positions()).containsExactly(1, 2);
        assertThat(CursorFormat.isClosed(two.encodeText(new long[] {1, 2}))).isFalse();
    }

    @Test
    void aWideCursorMarkedClosedIsKnownAsSuch() {
        CursorLayout wide = CursorLayout.of(List.of(USER, GUILD), TAG, CLASHING);

        assertThat(CursorFormat.isClosed(new String(wide.encodeClosed(new long[] {1, 2}), StandardCharsets.US_ASCII)))
                .isTrue();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("malformed")
    void aMalformedCursorIsUnreadable(String kind, String cursor) {
        assertThat(one.decode(cursor)).isEmpty();
        assertThat(CursorFormat.isClosed(cursor)).isFalse();
    }

    static Stream<Arguments> malformed() {
        return Stream.of(
                Arguments.of("empty", ""),
                Arguments.of("blank", " "),
                Arguments.of("truncated within the header", "AQ"),
                Arguments.of("a header without topics", text(raw(3).put((byte) 1))),
                Arguments.of(
                        "truncated within a position",
                        text(component(raw(15).put((byte) 1), 1)).substring(0, 16)),
                Arguments.of(
                        "a character short",
                        text(component(raw(15).put((byte) 1), 1)).substring(0, 19)),
                Arguments.of("a byte too many", text(component(raw(16).put((byte) 1), 1))),
                Arguments.of("version 0", text(component(raw(15).put((byte) 0), 1))),
                Arguments.of("version 3", text(component(raw(15).put((byte) 3), 1))),
                Arguments.of("version 0, closed", text(component(raw(15).put((byte) 0x80), 1))),
                Arguments.of("an unknown flag", text(component(raw(15).put((byte) 0x41), 1))),
                Arguments.of("narrow bytes said to be wide", text(component(raw(15).put((byte) 2), 1))),
                Arguments.of("padded", text(raw(19).put((byte) 2)) + "=="),
                Arguments.of("padding where none is due", text(component(raw(15).put((byte) 1), 1)) + "=="),
                Arguments.of("only padding", "===="),
                Arguments.of(
                        "the standard alphabet",
                        text(component(raw(15).put((byte) 1), Long.MAX_VALUE)).replace("_", "/")),
                Arguments.of(
                        "a blank within",
                        text(component(raw(15).put((byte) 1), 1)).substring(0, 19) + " "),
                Arguments.of("a line end behind", text(component(raw(15).put((byte) 1), 1)) + "\n"),
                Arguments.of("no base64", "not a cursor, is it!"),
                Arguments.of("characters beyond Latin-1", "ĀĀĀĀĀĀĀĀĀĀĀĀĀĀĀĀĀĀĀĀ"),
                Arguments.of("the same topic twice", text(component(component(raw(27).put((byte) 1), 1), 2))),
                Arguments.of("a negative position", text(component(raw(15).put((byte) 1), -1))),
                Arguments.of("65 topics", text(topics(65))),
                Arguments.of("a megabyte", "A".repeat(1 << 20)),
                Arguments.of("an offset of another system", "1526919030474-55"));
    }

    @Test
    void whatTheMalformedOnesAreMadeOfIsReadable() {
        assertThat(one.decode(text(component(raw(15).put((byte) 1), 1)))).isPresent();
        assertThat(one.decode(text(topics(64)))).isPresent();
    }

    @Test
    void noRandomTextIsMoreThanUnreadable() {
        long seed = Long.getLong("tidings.seed", System.nanoTime());
        Random random = new Random(seed);
        for (int i = 0; i < 20_000; i++) {
            byte[] bytes = new byte[random.nextInt(60)];
            random.nextBytes(bytes);
            String text = random.nextBoolean()
                    ? new String(bytes, StandardCharsets.ISO_8859_1)
                    : Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
            three.decode(text)
                    .ifPresent(read -> assertThat(
                                    Arrays.stream(read.positions()).min().orElseThrow())
                            .as("seed " + seed + ", cursor " + text)
                            .isGreaterThanOrEqualTo(Positions.ABSENT));
        }
    }

    @Test
    void everyCutOrChangedCharacterIsUnreadableOrAnotherCursor() {
        String cursor = two.encodeText(new long[] {123456789L << 16, 987654321L << 16});
        for (int i = 0; i < cursor.length(); i++) {
            assertThat(two.decode(cursor.substring(0, i)))
                    .satisfiesAnyOf(
                            read -> assertThat(read).isEmpty(),
                            read -> assertThat(read.orElseThrow().positions()[1])
                                    .isEqualTo(Positions.ABSENT));
            String changed = cursor.substring(0, i) + (cursor.charAt(i) == 'x' ? 'y' : 'x') + cursor.substring(i + 1);
            two.decode(changed)
                    .ifPresent(read -> assertThat(read.foreign()
                                    || !Arrays.equals(
                                            read.positions(), new long[] {123456789L << 16, 987654321L << 16}))
                            .as(changed)
                            .isTrue());
        }
    }

    /** Cursors live in browsers across deploys: if this fails, every open page meets a gap after the next one. */
    @Test
    void theFormatIsFrozen() {
        long position = Position.of(1_700_000_000_000L, 7).value();
        CursorLayout wide = CursorLayout.of(List.of(USER, GUILD), 0, CLASHING);

        assertThat(one.encodeText(new long[] {position})).isEqualTo("Ab7vL2t7ggGLz-VoAAAH");
        assertThat(three.encodeText(new long[] {position, position + 1, 0}))
                .isEqualTo("Ab7vL2t7ggGLz-VoAAAHAlkwuwGLz-VoAAAIS8e8RgAAAAAAAAAA");
        assertThat(new String(one.encodeClosed(new long[] {position}), StandardCharsets.US_ASCII))
                .isEqualTo("gb7vL2t7ggGLz-VoAAAH");
        assertThat(wide.encodeText(new long[] {position, 1}))
                .isEqualTo("AgAAbBUepNzSIcIBi8_laAAAB1omNZPAR1EbAAAAAAAAAAE");
        assertThat(TopicHash.FNV1A.narrow(Topic.of("foobar"))).isEqualTo(0xbf9cf968);
        assertThat(TopicHash.FNV1A.wide(Topic.of("foobar"))).isEqualTo(0x85944171f73967e8L);
    }

    private static ByteBuffer raw(int length) {
        return ByteBuffer.allocate(length);
    }

    /** Adds, after a version, the tag of none and a topic at a position. */
    private static ByteBuffer component(ByteBuffer raw, long position) {
        if (raw.position() == 1) {
            raw.putShort((short) 0);
        }
        return raw.putInt(7).putLong(position);
    }

    private static ByteBuffer topics(int count) {
        ByteBuffer raw = raw(3 + 12 * count).put((byte) 1).putShort((short) 0);
        for (int i = 0; i < count; i++) {
            raw.putInt(i).putLong(1);
        }
        return raw;
    }

    private static String text(ByteBuffer raw) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(raw.array());
    }
}
