package dev.tidings.sse.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class RecordingConnectionTest {

    private final RecordingConnection connection = new RecordingConnection();

    @Test
    void aConnectionMustBeOpenedBeforeItReads() {
        assertThatThrownBy(connection::readAgain)
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("the connection was not opened");
    }

    @Test
    void framesThatAreNotWholeFail() {
        connection.offer(frames("data: a\n"));

        assertThatThrownBy(connection::events)
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("expected the end of a block");
    }

    @Test
    void aCallAfterTheEndFails() {
        connection.end();
        connection.abort();

        assertThatThrownBy(connection::events)
                .isInstanceOf(AssertionError.class)
                .hasMessage("expected no call to a connection that is ENDED, came abort");
    }

    @Test
    void writesAreCounted() {
        connection.offer(frames("data: a\n\ndata: b\n\n"));
        connection.stopReading();
        connection.offer(frames("data: c\n\n"));

        assertThat(connection.takeData()).containsExactly("a", "b");
        assertThat(connection.writes()).isEqualTo(1);
        assertThat(connection.offers()).isEqualTo(2);
        assertThat(connection.largestWrite()).isEqualTo(18);
        assertThat(connection.events()).hasSize(2);
    }

    private static byte[] frames(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
