package dev.tidings.sse.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.tidings.sse.Entry;
import dev.tidings.sse.Event;
import dev.tidings.sse.Position;
import dev.tidings.sse.Retention;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Logs outlive the nodes that wrote them, so none of this may change without another version in the keys. */
class FrameFormatTest {

    private static final String HEAD = "1700000000000-7 1699999999999-65535 node:1 ";

    @Test
    void aFrameIsFrozen() {
        Event event = new Event("guild joined", "line\r\n\0 €", "member:7 ü", Map.of("b", "1 2", "a", "&=%", "", ""));

        assertThat(body(event)).isEqualTo("e3600000 member%3A7+%C3%BC =&a=%26%3D%25&b=1+2 guild joined\nline\r\n\0 €");
        assertThat(FrameFormat.parse(bytes(HEAD + body(event))))
                .isEqualTo(
                        new Entry(Position.of(1_700_000_000_000L, 7), Position.of(1_699_999_999_999L, 65535), event));
    }

    @Test
    void whatIsAbsentIsEmpty() {
        Event event = Event.of("type", "");

        assertThat(body(event)).isEqualTo("e3600000   type\n");
        assertThat(FrameFormat.parse(bytes(HEAD + body(event))).event()).isEqualTo(event);
    }

    @Test
    void aLoneSurrogateIsReplacedAsOnTheWayToABrowser() {
        assertThat(body(Event.of("type", "a\uD800b"))).endsWith("\na\uFFFDb");
    }

    @Test
    void theAgeIsInMilliseconds() {
        Retention retention = Retention.DEFAULT.maxAge(Duration.ofMillis(1_500));

        assertThat(new String(FrameFormat.body(Event.of("type", ""), retention), StandardCharsets.UTF_8))
                .startsWith("e1500 ");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "garbage",
                "1-0 0-0 - m   ",
                "1-0 0-0 - m   \n",
                "1-0 0-0 id e1   type",
                "1-0 2-0 id e1   type\n",
                "1 0-0 id e1   type\n",
                "1-65536 0-0 id e1   type\n",
                "x-0 0-0 id e1   type\n",
                "1-0 0-0 id e1 %z  type\n",
                "1-0 0-0 id e1  novalue type\n",
                "1-0 0-0 id e1   \n",
                "1-0 0-0 id e1   stream.open\n",
            })
    void whatIsNoEventIsRefused(String frame) {
        assertThatIllegalArgumentException().isThrownBy(() -> FrameFormat.parse(bytes(frame)));
    }

    private static String body(Event event) {
        return new String(FrameFormat.body(event, Retention.DEFAULT), StandardCharsets.UTF_8);
    }

    private static byte[] bytes(String frame) {
        return frame.getBytes(StandardCharsets.UTF_8);
    }
}
