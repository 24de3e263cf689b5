package dev.tidings.example.identity;

import dev.tidings.example.web.Answer;
import dev.tidings.example.web.BrowserCookie;
import dev.tidings.example.web.Handler;
import dev.tidings.example.web.Problem;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.time.Duration;

/** What a browser does with its session, whoever vouches for its user. */
public final class SessionEndpoint {

    private final Sessions sessions;
    private final SignOut signOut;
    private final boolean secure;
    private final BrowserCookie cookie;

    /**
     * Creates the endpoint.
     *
     * @param secure whether cookies never go over plain HTTP
     */
    public SessionEndpoint(Sessions sessions, SignOut signOut, boolean secure) {
        this.sessions = sessions;
        this.signOut = signOut;
        this.secure = secure;
        this.cookie = cookie(Sessions.COOKIE, "/", Sessions.LIFETIME);
    }

    /** Makes another cookie that travels as the session's does. */
    public BrowserCookie cookie(String name, String path, Duration lifetime) {
        return new BrowserCookie(name, path, lifetime, secure);
    }

    /** Lets a browser in: with a new token, and without the one it had, which nobody else could end once it is forgotten. */
    public void begin(HttpServletRequest request, HttpServletResponse response, String token) {
        sessions.of(request).ifPresent(signOut::here);
        cookie.give(request, response, token);
        Answer.seeOther(response, "/guilds");
    }

    /** Answers {@code POST /logout}; the form field {@code everywhere=true} ends the user's other sessions, too. */
    public void logout(HttpServletRequest request, HttpServletResponse response) {
        boolean everywhere = isEverywhere(request);
        sessions.of(request).ifPresent(session -> {
            if (everywhere) {
                signOut.everywhere(session.user().id());
            } else {
                signOut.here(session);
            }
        });
        cookie.takeBack(request, response);
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

    private static boolean isEverywhere(HttpServletRequest request) {
        String given = request.getParameter("everywhere");
        if (given == null || given.equals("false")) {
            return false;
        }
        if (given.equals("true")) {
            return true;
        }
        throw new Problem(400, "form field everywhere must be true or false"); // rather than ending too little
    }
}
