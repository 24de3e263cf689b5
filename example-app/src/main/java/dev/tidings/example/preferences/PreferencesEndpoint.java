package dev.tidings.example.preferences;

import dev.tidings.example.db.Database;
import dev.tidings.example.identity.Session;
import dev.tidings.example.identity.Sessions;
import dev.tidings.example.identity.User;
import dev.tidings.example.identity.Users;
import dev.tidings.example.outbox.Outbox;
import dev.tidings.example.web.Answer;
import dev.tidings.example.web.Problem;
import dev.tidings.example.web.RequestBody;
import dev.tidings.example.web.WebServer;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A user's preferences. Who changes them says which version they have seen, so that no device overwrites another's. */
public final class PreferencesEndpoint {

    private static final int MAX_BODY_BYTES = 1024;
    private static final Pattern ETAG = Pattern.compile("\"([0-9]{1,18})\"");

    private final Sessions sessions;
    private final PreferenceStore store;
    private final Runnable committed;

    /**
     * Creates the endpoint.
     *
     * @param committed told after each transaction that has written an event
     */
    public PreferencesEndpoint(Database database, Users users, Sessions sessions, Outbox outbox, Runnable committed) {
        this.sessions = sessions;
        this.store = new PreferenceStore(database, users, outbox);
        this.committed = committed;
    }

    /** Adds what is answered here. */
    public void routes(WebServer server) {
        server.get("/api/preferences", this::read);
        server.put("/api/preferences", this::replace);
    }

    private void read(HttpServletRequest request, HttpServletResponse response) throws IOException {
        answer(response, store.of(user(request)));
    }

    private void replace(HttpServletRequest request, HttpServletResponse response) throws IOException {
        User user = user(request);
        Preferences wanted = parse(seenVersion(request), RequestBody.utf8(RequestBody.read(request, MAX_BODY_BYTES)));
        Preferences stored = store.replace(user, wanted)
                .orElseThrow(() -> new Problem(412, "they were changed meanwhile; read them again"));
        committed.run();
        answer(response, stored);
    }

    private static long seenVersion(HttpServletRequest request) {
        String header = request.getHeader("If-Match");
        if (header == null) {
            throw new Problem(428, "header If-Match must name the ETag of the preferences that this replaces");
        }
        Matcher etag = ETAG.matcher(header);
        if (!etag.matches()) {
            throw new Problem(400, "header If-Match must be one ETag of preferences");
        }
        return Long.parseLong(etag.group(1));
    }

    private static Preferences parse(long version, String body) {
        try {
            return Preferences.parse(version, body);
        } catch (IllegalArgumentException e) {
            throw Problem.of(400, e);
        }
    }

    private static void answer(HttpServletResponse response, Preferences preferences) throws IOException {
        response.setHeader("ETag", preferences.etag());
        Answer.json(response, 200, preferences);
    }

    private User user(HttpServletRequest request) {
        return sessions.of(request).map(Session::user).orElseThrow(() -> new Problem(401, "sign in first"));
    }
}
