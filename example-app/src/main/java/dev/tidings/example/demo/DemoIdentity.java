package dev.tidings.example.demo;

import dev.tidings.example.db.Database;
import dev.tidings.example.guilds.GuildStore;
import dev.tidings.example.identity.IdentityProvider;
import dev.tidings.example.identity.LoginEndpoint;
import dev.tidings.example.identity.SessionEndpoint;
import dev.tidings.example.identity.Sessions;
import dev.tidings.example.identity.SignIn;
import dev.tidings.example.identity.Users;
import dev.tidings.example.web.Pages;
import dev.tidings.example.web.WebServer;
import dev.tidings.example.webhooks.StandardWebhooks;
import java.net.URI;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Stands in for Discord: anybody is who they say, and finds the same few guilds. */
public final class DemoIdentity implements IdentityProvider {

    private final GuildStore guilds;
    private final Sessions sessions;
    private final StandardWebhooks signer;
    private final SignIn signIn;

    /** Creates it. */
    public DemoIdentity(Database database, Users users, Sessions sessions, GuildStore guilds, StandardWebhooks signer) {
        this.guilds = guilds;
        this.sessions = sessions;
        this.signer = signer;
        this.signIn = new SignIn(database, users, sessions, (tx, user) -> DemoGuilds.plant(guilds, tx, user));
    }

    @Override
    public void mount(WebServer server, SessionEndpoint session, Supplier<URI> publicUrl) {
        server.get("/login", Pages.page("login.html"));
        server.post("/login", new LoginEndpoint(signIn, session)::login);
        ConsentEndpoint consent = new ConsentEndpoint(sessions, guilds, signer, server::address);
        server.get("/demo/consent", session.required(Pages.page("consent.html")));
        server.post("/demo/consent", consent::agree);
    }

    @Override
    public @Nullable String installUrl() {
        return null;
    }

    @Override
    public void looks(String userId) {
        // Nobody else knows better.
    }

    @Override
    public void close() {
        // Nothing is open.
    }
}
