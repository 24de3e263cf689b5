package dev.tidings.sse.servlet;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidings.sse.servlet.EventStreamReader.Received;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import org.junit.jupiter.api.Test;

/** The examples of the standard, so that the reader may judge. */
class EventStreamReaderTest {

    @Test
    void linesOfDataAreJoined() throws IOException {
        EventStreamReader reader = reader("data: YHOO\ndata: +2\ndata: 10\n\n");

        assertThat(reader.next()).isEqualTo(new Received("message", "YHOO\n+2\n10", ""));
        assertThat(reader.next()).isNull();
    }

    @Test
    void commentsAreNoEventsAndOneSpaceBehindTheColonIsSkipped() throws IOException {
        EventStreamReader reader =
                reader(": test stream\n\ndata: first event\nid: 1\n\ndata:second event\nid\n\ndata:  third event\n\n");

        assertThat(reader.next()).isEqualTo(new Received("message", "first event", "1"));
        assertThat(reader.next()).isEqualTo(new Received("message", "second event", ""));
        assertThat(reader.next()).isEqualTo(new Received("message", " third event", ""));
        assertThat(reader.next()).isNull();
    }

    @Test
    void emptyDataIsAnEvent() throws IOException {
        EventStreamReader reader = reader("data\n\ndata\ndata\n\n");

        assertThat(reader.next()).isEqualTo(new Received("message", "", ""));
        assertThat(reader.next()).isEqualTo(new Received("message", "\n", ""));
    }

    @Test
    void aBlockWithoutDataIsNoEventButItsIdCounts() throws IOException {
        EventStreamReader reader = reader("event: a\nid: 7\nretry: 50\n\ndata: x\n\n");

        assertThat(reader.next()).isEqualTo(new Received("message", "x", "7"));
        assertThat(reader.reconnectionTime()).isEqualTo(50);
    }

    @Test
    void allThreeLineEndsAndAByteOrderMarkAreRead() throws IOException {
        EventStreamReader reader = reader("\uFEFFdata: a\r\n\r\ndata: b\r\rdata: c\n\n");

        assertThat(reader.next()).isEqualTo(new Received("message", "a", ""));
        assertThat(reader.next()).isEqualTo(new Received("message", "b", ""));
        assertThat(reader.next()).isEqualTo(new Received("message", "c", ""));
    }

    @Test
    void whatABrowserWouldForgiveFails() {
        assertThatThrownBy(() -> reader("date: x\n\n").next()).isInstanceOf(AssertionError.class);
        assertThatThrownBy(() -> reader("data: x\n").next()).isInstanceOf(AssertionError.class);
        assertThatThrownBy(() -> reader("data: x").next()).isInstanceOf(AssertionError.class);
        assertThatThrownBy(() -> reader("id: \0\n\n").next()).isInstanceOf(AssertionError.class);
        assertThatThrownBy(() -> new EventStreamReader(new ByteArrayInputStream(new byte[] {(byte) 0xff, '\n'})).next())
                .isInstanceOf(CharacterCodingException.class);
    }

    private static EventStreamReader reader(String stream) {
        return new EventStreamReader(new ByteArrayInputStream(stream.getBytes(UTF_8)));
    }
}
