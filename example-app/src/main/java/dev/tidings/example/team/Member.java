package dev.tidings.example.team;

/**
 * Somebody of a guild's staff.
 *
 * @param guildId of which guild
 * @param id our own id of the user
 * @param name what to call them
 */
record Member(String guildId, String id, String name) {}
