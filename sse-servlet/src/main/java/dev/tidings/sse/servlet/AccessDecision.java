package dev.tidings.sse.servlet;

import dev.tidings.sse.Access;
import jakarta.servlet.http.HttpServletRequest;

/**
 * Decides which topics a request may read: the application's side of a stream.
 *
 * <pre>{@code
 * AccessDecision decision = request -> {
 *     User user = users.of(request.getSession(false));
 *     return user == null ? Access.denied() : Access.to(user.topic()).principal(user.id());
 * };
 * }</pre>
 *
 * <p><em>Threading.</em> Runs on the request's thread, many at a time, and may block as any servlet may.
 */
@FunctionalInterface
public interface AccessDecision {

    /**
     * Decides. Topics come from what the application knows of the caller, never from the cursor that the request
     * brings.
     *
     * @return never null
     * @throws Exception if there is no decision; it is logged, and the caller sees a 500 that tells nothing
     */
    Access decide(HttpServletRequest request) throws Exception;
}
