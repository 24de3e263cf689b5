package dev.tidings.sse.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EventStreamParserTest {

    private final EventStreamParser parser = new EventStreamParser();

    @Test
    void aStreamIsReadAsTheStandardSays() {
        accept("\ufeff: hello\n\nid: 1\nevent: joined\nretry: 2500\ndata:  a\ndata\ndata:b\n\n");
        accept("data: plain\r\n\r\n:\r\r");

        assertThat(parser.take())
                .containsExactly(
                        new ServerSentEvent("joined", " a\n\nb", "1", Duration.ofMillis(2500)),
                        new ServerSentEvent("message", "plain", "1", null));
        assertThat(parser.take()).isEmpty();
        assertThat(parser.comments()).isEqualTo(2);
        assertThat(parser.lastEventId()).isEqualTo("1");
        parser.assertBetweenBlocks();
    }

    @Test
    void itMayBeSplitAnywhere() {
        byte[] stream = "id: ä\r\ndata: €😀\r\n\r\nid:\rdata:\r\r".getBytes(StandardCharsets.UTF_8);
        for (int split = 0; split <= stream.length; split++) {
            EventStreamParser split1 = new EventStreamParser();
            split1.accept(Arrays.copyOf(stream, split));
            split1.accept(ByteBuffer.wrap(stream, split, stream.length - split));

            assertThat(split1.take())
                    .as("split at " + split)
                    .containsExactly(
                            new ServerSentEvent("message", "€😀", "ä", null),
                            new ServerSentEvent("message", "", "", null));
        }
    }

    @Test
    void theIdOfABlockThatIsCutOffIsNotComeBackWith() {
        accept("id: 1\ndata: a\n\nid: 2\ndata: b\n");

        assertThat(parser.lastEventId()).isEqualTo("1");
        assertThatThrownBy(parser::assertBetweenBlocks)
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("expected the end of a block");
    }

    @ParameterizedTest
    @CsvSource({
        "'name: x\n',             'expected a field event, data, id or retry, came ''name'''",
        "' data: x\n',            came ' data'",
        "'retry: 1s\n',           'expected digits after retry:, came ''1s'''",
        "'retry: -1\n',           'expected digits after retry:'",
        "'retry:\n',              'expected digits after retry:'",
        "'id: 1\n\n',             'expected data in every block'",
        "'event: x\n\n',          'expected data in every block'",
        "'retry: 0\n\n',          'expected data in every block'",
    })
    void whatABrowserWouldSkipFails(String stream, String message) {
        assertThatThrownBy(() -> accept(stream))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining(message.startsWith("came") ? "came '" + message.substring(6) : message);
    }

    @Test
    void anIdWithNulFails() {
        assertThatThrownBy(() -> accept("id: a\0b\n"))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("id without NUL");
    }

    @ParameterizedTest
    @ValueSource(ints = {0xff, 0x80, 0xc0})
    void malformedUtf8Fails(int bad) {
        assertThatThrownBy(() -> parser.accept(new byte[] {'d', 'a', (byte) bad, 'a'}))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("malformed UTF-8");
    }

    @Test
    void controlEventsAreThoseOfTheLibrary() {
        accept("event: stream.open\ndata: {}\n\nevent: streams\ndata: x\n\n");

        assertThat(parser.take()).extracting(ServerSentEvent::isControl).isEqualTo(List.of(true, false));
    }

    private void accept(String text) {
        parser.accept(text.getBytes(StandardCharsets.UTF_8));
    }
}
