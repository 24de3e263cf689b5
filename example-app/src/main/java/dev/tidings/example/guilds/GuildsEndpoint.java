package dev.tidings.example.guilds;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.tidings.example.identity.IdentityProvider;
import dev.tidings.example.identity.Session;
import dev.tidings.example.identity.Sessions;
import dev.tidings.example.web.Answer;
import dev.tidings.example.web.Problem;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A user's guilds, with the place in the stream at which they were read. */
public final class GuildsEndpoint {

    private final Sessions sessions;
    private final GuildStore guilds;
    private final IdentityProvider provider;
    private final Function<String, @Nullable String> cursorOf;

    /**
     * Creates the endpoint.
     *
     * @param cursorOf returns the cursor at the end of a user's stream, or null if there is none for now
     */
    public GuildsEndpoint(
            Sessions sessions,
            GuildStore guilds,
            IdentityProvider provider,
            Function<String, @Nullable String> cursorOf) {
        this.sessions = sessions;
        this.guilds = guilds;
        this.provider = provider;
        this.cursorOf = cursorOf;
    }

    /** Answers {@code GET /api/guilds}. */
    public void list(HttpServletRequest request, HttpServletResponse response) throws IOException {
        Session session = sessions.of(request).orElseThrow(() -> new Problem(401, "sign in first"));
        // First the cursor, then the data: what happens in between is in both, and nothing is in neither.
        String cursor = cursorOf.apply(session.user().id());
        List<Guild> list = guilds.ofUser(session.user().id());
        Reader reader = new Reader(session.user().id(), session.user().name());
        String installUrl = provider.installUrl();
        Answer.json(response, 200, new Listing(cursor, installUrl == null, installUrl, reader, list));
        provider.looks(session.user().id());
    }

    private record Listing(
            @Nullable String cursor,
            boolean demo,

            @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable
            String installUrl,

            Reader user,
            List<Guild> guilds) {}

    private record Reader(String id, String name) {}
}
