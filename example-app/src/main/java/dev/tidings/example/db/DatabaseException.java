package dev.tidings.example.db;

import org.jspecify.annotations.Nullable;

/** The database could not do what was asked. */
public final class DatabaseException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    DatabaseException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
