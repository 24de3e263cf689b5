package dev.tidings.example.identity;

import java.time.Instant;

/**
 * A user on one browser, until a point in time.
 *
 * @param id names the session, and does not open it: the hash of its token
 * @param user who signed in
 * @param expiresAt when it ends by itself
 */
public record Session(String id, User user, Instant expiresAt) {}
