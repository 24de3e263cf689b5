package dev.tidings.example.identity;

import dev.tidings.example.web.Answer;
import dev.tidings.example.web.Handler;
import dev.tidings.example.web.Problem;
import dev.tidings.example.web.Text;
import dev.tidings.sse.EventBroadcaster;
import dev.tidings.sse.Revocation;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.lang.System.Logger;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Signing in and out. */
public final class LoginEndpoint {

    private static final Logger LOGGER = System.getLogger(LoginEndpoint.class.getName());

    private static final int MAX_NAME_LENGTH = 32;
    private static final int MAX_DISCORD_ID_LENGTH = 64;
    private static final long PATIENCE_SECONDS = 2;

    private final SignIn signIn;
    private final Sessions sessions;
    private final EventBroadcaster broadcaster;

    /** Creates the endpoint. */
    public LoginEndpoint(SignIn signIn, Sessions sessions, EventBroadcaster broadcaster) {
        this.signIn = signIn;
        this.sessions = sessions;
        this.broadcaster = broadcaster;
    }

    /** Answers {@code POST /login}. */
    public void login(HttpServletRequest request, HttpServletResponse response) {
        String name = field(request, "user", "", MAX_NAME_LENGTH);
        String discordId = field(request, "discordId", name, MAX_DISCORD_ID_LENGTH);
        String token = signIn.signIn(discordId, name);
        sessions.of(request).ifPresent(this::end); // the browser forgets its token, so nobody else could end it
        Sessions.setCookie(request, response, token);
        Answer.seeOther(response, "/guilds");
    }

    /** Answers {@code POST /logout}. */
    public void logout(HttpServletRequest request, HttpServletResponse response) {
        sessions.of(request).ifPresent(this::end);
        Sessions.setCookie(request, response, "");
        Answer.seeOther(response, "/login");
    }

    /** Returns a handler that sends whoever is signed out to the login page. */
    public Handler required(Handler next) {
        return (request, response) -> {
            if (sessions.of(request).isPresent()) {
                next.handle(request, response);
            } else {
                Answer.seeOther(response, "/login");
            }
        };
    }

    private void end(Session session) {
        // First the session, then its streams: they come back at once, and must meet a session that is gone.
        sessions.end(session);
        try {
            broadcaster
                    .revoke(Revocation.sessionId(session.id()))
                    .toCompletableFuture()
                    .get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            LOGGER.log(
                    Logger.Level.WARNING,
                    "The streams of a session that was ended may live on for now: {0}",
                    e.toString());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static String field(HttpServletRequest request, String name, String fallback, int maxCharacters) {
        String given = request.getParameter(name);
        String value = given == null || given.isBlank() ? fallback : given.strip();
        try {
            return Text.check("form field " + name, value, maxCharacters);
        } catch (IllegalArgumentException e) {
            throw Problem.of(400, e);
        }
    }
}
