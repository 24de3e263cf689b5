package dev.tidings.example;

import dev.tidings.example.log.LogfmtFormatter;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.logging.Handler;
import java.util.logging.LogManager;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.StreamHandler;

/** The log on standard output, unless the one who runs this has set up java.util.logging otherwise. */
final class ConsoleLog extends StreamHandler {

    private ConsoleLog() throws IOException {
        super(System.out, new LogfmtFormatter());
        setEncoding(StandardCharsets.UTF_8.name());
    }

    /** Sets it up, and returns where to log what must not get lost while the process stops. */
    static Handler install() {
        if (System.getProperty("java.util.logging.config.file") != null) {
            return asConfigured();
        }
        try (InputStream in = ConsoleLog.class.getResourceAsStream("/logging.properties")) {
            LogManager.getLogManager().readConfiguration(in);
            // By hand: under exec:java the log manager does not see this application's classes.
            ConsoleLog console = new ConsoleLog();
            Logger.getLogger("").addHandler(console);
            return console;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Returns what logs like everybody else. */
    static Handler asConfigured() {
        return new AsConfigured();
    }

    @Override
    public synchronized void publish(LogRecord record) {
        super.publish(record);
        flush();
    }

    /** Does not close: the log manager does so as soon as the process is told to stop, and there is more to say then. */
    @Override
    public synchronized void close() {
        flush();
    }

    private static final class AsConfigured extends Handler {

        @Override
        public void publish(LogRecord record) {
            Logger.getLogger(record.getLoggerName()).log(record);
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    }
}
