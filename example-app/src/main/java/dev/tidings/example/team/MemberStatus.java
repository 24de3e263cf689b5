package dev.tidings.example.team;

import java.util.Locale;

/** How somebody of a guild's staff can be reached. */
public enum MemberStatus {
    /** Has a page open. */
    ONLINE,
    /** Has a page open, and has said that they are not looking. */
    AWAY,
    /** Has none open. */
    OFFLINE,
    /** Does not belong to the staff any more. */
    LEFT;

    /** The name on the wire, such as {@code online}. */
    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }
}
