package dev.tidings.example.identity;

import dev.tidings.example.web.WebServer;
import java.net.URI;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Where users come from, and their guilds. */
public interface IdentityProvider extends AutoCloseable {

    /**
     * Adds {@code /login} and what belongs to it.
     *
     * @param session lets in whoever is vouched for
     * @param publicUrl where browsers find this application; known once it runs
     */
    void mount(WebServer server, SessionEndpoint session, Supplier<URI> publicUrl);

    /** Where a user lets the bot into a guild, or null where the page knows by itself. */
    @Nullable
    String installUrl();

    /** Takes note that a user looks at their guilds, which may be old. Never blocks. */
    void looks(String userId);

    @Override
    void close();
}
