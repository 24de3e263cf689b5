package dev.tidings.example.webhooks;

/** What became of a webhook. */
public enum Outcome {
    /** Stored, and its event will be published. */
    ACCEPTED,
    /** Stored; the user is nobody here who could receive an event. */
    UNKNOWN_OWNER,
    /** Stored; nobody here belongs to the guild's staff, who could receive an event. */
    UNKNOWN_GUILD,
    /** It had come before; nothing was done. */
    DUPLICATE
}
