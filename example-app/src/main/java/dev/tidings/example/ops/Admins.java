package dev.tidings.example.ops;

import dev.tidings.example.identity.Session;
import dev.tidings.example.identity.Sessions;
import dev.tidings.example.web.Answer;
import dev.tidings.example.web.Handler;
import dev.tidings.example.web.Problem;
import dev.tidings.sse.Access;
import dev.tidings.sse.Topic;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Optional;
import java.util.Set;

/** Who may look after this application, by their Discord ids. To everybody else there is nothing to see. */
final class Admins {

    private final Sessions sessions;
    private final Set<String> discordIds;

    Admins(Sessions sessions, Set<String> discordIds) {
        this.sessions = sessions;
        this.discordIds = Set.copyOf(discordIds);
    }

    /** Returns the session of an administrator, if a request is one's. */
    Optional<Session> of(HttpServletRequest request) {
        return sessions.of(request).filter(this::isAdmin);
    }

    /** Lets a stream of administrators in; whoever is signed out is told so, since it may be that an open page's is over. */
    Access stream(HttpServletRequest request, Topic topic) {
        Optional<Session> found = sessions.of(request);
        if (found.isEmpty()) {
            return Access.denied();
        }
        Session session = found.get();
        return isAdmin(session)
                ? Access.to(topic)
                        .principal(session.user().id())
                        .sessionId(session.id())
                        .expiresAt(session.expiresAt())
                : Access.denied(404);
    }

    /** Returns a page that only administrators see; whoever is signed out may be one. */
    Handler page(Handler page) {
        return (request, response) -> {
            Optional<Session> session = sessions.of(request);
            if (session.isEmpty() && !discordIds.isEmpty()) {
                Answer.seeOther(response, "/login");
            } else if (session.filter(this::isAdmin).isPresent()) {
                page.handle(request, response);
            } else {
                throw notFound();
            }
        };
    }

    static Problem notFound() {
        return new Problem(404, "there is nothing here");
    }

    private boolean isAdmin(Session session) {
        return discordIds.contains(session.user().discordId());
    }
}
