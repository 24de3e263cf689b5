package dev.tidings.example.log;

import java.util.Locale;
import java.util.logging.Formatter;
import java.util.logging.LogRecord;
import org.jspecify.annotations.Nullable;

/**
 * Writes a record as {@code time=... level=... logger=... msg=...} and its {@link LogFields}. The trace of an exception
 * follows on lines that begin with a tab; no other line does.
 */
public final class LogfmtFormatter extends Formatter {

    private static final String PLACEHOLDER = " {0}";

    @Override
    public String format(LogRecord record) {
        StringBuilder lines = new StringBuilder();
        String logger = String.valueOf(record.getLoggerName());
        lines.append(new LogFields()
                .with("time", record.getInstant())
                .with("level", record.getLevel().getName().toLowerCase(Locale.ROOT))
                .with("logger", logger.substring(logger.lastIndexOf('.') + 1))
                .with("msg", message(record)));
        if (fields(record) != null) {
            lines.append(' ').append(fields(record));
        }
        lines.append('\n');
        for (Throwable cause = record.getThrown(); cause != null; cause = cause.getCause()) {
            append(lines, cause);
        }
        return lines.toString();
    }

    private String message(LogRecord record) {
        if (fields(record) == null) {
            return formatMessage(record);
        }
        String message = record.getMessage();
        return message.endsWith(PLACEHOLDER) ? message.substring(0, message.length() - PLACEHOLDER.length()) : message;
    }

    private static @Nullable LogFields fields(LogRecord record) {
        Object[] parameters = record.getParameters();
        return parameters != null && parameters.length == 1 && parameters[0] instanceof LogFields fields
                ? fields
                : null;
    }

    private static void append(StringBuilder lines, Throwable thrown) {
        lines.append('\t').append(LogText.line(thrown.toString())).append('\n');
        for (StackTraceElement frame : thrown.getStackTrace()) {
            lines.append("\tat ").append(LogText.line(frame.toString())).append('\n');
        }
    }
}
