package dev.tidings.example;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

/** That the limits of the configuration reach the streams. */
class LimitsTest {

    @Test
    void aUsersOldestStreamMakesRoomForOneMore() {
        try (ExampleApp app = ExampleApp.start(TestConfig.of(Map.of("PORT", "0", "MAX_STREAMS_PER_USER", "1")))) {
            TestBrowser alice = new TestBrowser(app.address()).signIn("alice");
            try (StreamReader first = alice.stream()) {
                first.next("stream.open");
                try (StreamReader second = alice.stream()) {
                    second.next("stream.open");
                    assertThat(first.next("stream.close").json().get("reason").asString())
                            .isEqualTo("replaced");
                }
            }
        }
    }

    @Test
    void aFullServerSaysSo() {
        try (ExampleApp app = ExampleApp.start(TestConfig.of(Map.of("PORT", "0", "MAX_STREAMS", "1")))) {
            try (StreamReader first = new TestBrowser(app.address()).signIn("alice").stream()) {
                first.next("stream.open");
                try (StreamReader second = new TestBrowser(app.address()).signIn("bob").stream()) {
                    assertThat(second.next("stream.close").json().get("reason").asString())
                            .isEqualTo("limit");
                }
            }
        }
    }
}
