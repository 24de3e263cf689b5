package dev.tidings.example.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import org.junit.jupiter.api.Test;

class LogfmtFormatterTest {

    private final LogfmtFormatter formatter = new LogfmtFormatter();

    @Test
    void aRecordIsOneLineOfKeysAndValues() {
        assertThat(line("it runs at {0}", "port 8080"))
                .isEqualTo("time=2026-01-02T03:04:05Z level=info logger=Here msg=\"it runs at port 8080\"\n");
    }

    @Test
    void fieldsFollowTheMessage() {
        LogFields fields = new LogFields()
                .with("stream", "Zm9v_-:7")
                .with("principal", null)
                .with("events", 12L);
        assertThat(line("stream ended {0}", fields)).endsWith("msg=\"stream ended\" stream=Zm9v_-:7 events=12\n");
        assertThat(fields).as("for other formatters").hasToString("stream=Zm9v_-:7 events=12");
    }

    @Test
    void aValueCannotForgeALineAFieldOrATerminalsColours() {
        LogFields fields =
                new LogFields().with("principal", "a\" admin=true\nlevel=info msg=forged\r\u001b[31m\u2028\u202e\\");
        assertThat(line("stream ended {0}", fields))
                .endsWith(
                        " principal=\"a\\\" admin=true\\nlevel=info msg=forged\\u000d\\u001b[31m\\u2028\\u202e\\\\\"\n")
                .containsOnlyOnce("\n");
        assertThat(line("x\nlevel=info msg=\"y\"", new LogFields()).lines()).hasSize(1);
        assertThat(new LogFields().with("empty", "")).hasToString("empty=\"\"");
    }

    @Test
    void whatPeopleReadIsLeftAsItIs() {
        assertThat(new LogFields().with("name", "Zoë 🎲 李")).hasToString("name=\"Zoë 🎲 李\"");
    }

    @Test
    void anExceptionFollowsOnLinesThatBeginWithATab() {
        LogRecord record = record("it failed");
        record.setThrown(new IllegalStateException("a\nlevel=info", new RuntimeException("deeper")));

        String text = formatter.format(record);

        assertThat(text.lines().skip(1)).isNotEmpty().allMatch(line -> line.startsWith("\t"));
        assertThat(text)
                .contains("\tjava.lang.IllegalStateException: a\\nlevel=info\n")
                .contains("\tjava.lang.RuntimeException: deeper\n");
    }

    private String line(String message, Object... parameters) {
        return formatter.format(record(message, parameters));
    }

    private static LogRecord record(String message, Object... parameters) {
        LogRecord record = new LogRecord(Level.INFO, message);
        record.setLoggerName("dev.tidings.example.Here");
        record.setInstant(Instant.parse("2026-01-02T03:04:05Z"));
        record.setParameters(parameters);
        return record;
    }
}
