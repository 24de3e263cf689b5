package dev.tidings.example.guilds;

/** What an event has done to a user's place among a guild's staff. */
public enum StaffChange {
    /** They belong to it as before, or as little. */
    NONE,
    /** They belong to it now. */
    JOINED,
    /** They no longer do. */
    LEFT
}
