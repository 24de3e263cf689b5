package dev.tidings.example;

/** A variable of the environment will not do. The message names it. */
public final class ConfigException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    ConfigException(String variable, String complaint) {
        super(variable + " " + complaint);
    }

    ConfigException(String variable, String complaint, String value) {
        super(variable + " " + complaint + ", was '" + value + "'");
    }
}
