package dev.tidings.example.identity;

/**
 * Somebody who has signed in.
 *
 * @param id our own id
 * @param discordId Discord's id, by which webhooks name them
 * @param name what to call them
 */
public record User(String id, String discordId, String name) {}
