package dev.tidings.example.identity;

import java.util.Locale;

/** Who vouches for users. */
public enum Identity {
    /** Nobody: whoever says a name is believed. */
    DEMO,
    /** Discord. */
    DISCORD;

    String stored() {
        return name().toLowerCase(Locale.ROOT);
    }
}
