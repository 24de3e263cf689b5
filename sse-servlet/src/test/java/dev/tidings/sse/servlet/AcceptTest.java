package dev.tidings.sse.servlet;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AcceptTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "text/event-stream",
                "TEXT/Event-Stream ; charset=utf-8",
                "text/*",
                "*/*;q=0.1",
                "application/json, text/event-stream;q=0.5",
                "text/html, */*",
                "text/*;q=0, text/event-stream",
                "text/event-stream, */*;q=0",
                "text/html|text/event-stream",
                "text/event-stream;q=0.001",
                ",,text/event-stream,;,"
            })
    void aStreamIsAcceptable(String header) {
        assertThat(Accept.allowsEventStream(values(header))).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "application/json",
                "text/html, image/*",
                "text/event-stream;q=0",
                "text/event-stream; q=0.000, */*",
                "*/*, text/*;q=0",
                "*/*;q=0",
                "text/event-streams",
                ";;"
            })
    void aStreamIsExcluded(String header) {
        assertThat(Accept.allowsEventStream(values(header))).isFalse();
    }

    /** Header lines are joined with a bar. */
    private static List<String> values(String header) {
        return header.isEmpty() ? List.of() : Arrays.asList(header.split("\\|"));
    }
}
