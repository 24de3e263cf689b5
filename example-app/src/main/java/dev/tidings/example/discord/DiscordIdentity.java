package dev.tidings.example.discord;

import dev.tidings.example.db.Database;
import dev.tidings.example.guilds.GuildStates;
import dev.tidings.example.guilds.GuildStore;
import dev.tidings.example.guilds.ManagedGuilds;
import dev.tidings.example.identity.IdentityProvider;
import dev.tidings.example.identity.SessionEndpoint;
import dev.tidings.example.identity.Sessions;
import dev.tidings.example.identity.SignOut;
import dev.tidings.example.identity.Users;
import dev.tidings.example.outbox.Outbox;
import dev.tidings.example.web.WebServer;
import dev.tidings.example.webhooks.WebhookInbox;
import java.net.URI;
import java.time.Clock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Discord vouches for users, names the guilds they manage, and tells by webhook events what they let us do. */
public final class DiscordIdentity implements IdentityProvider {

    private final DiscordApp app;
    private final Database database;
    private final SignOut signOut;
    private final WebhookInbox inbox;
    private final Runnable committed;
    private final Clock clock = Clock.systemUTC();
    private final DiscordApi api;
    private final DiscordUsers users;
    private final Background reading;

    /**
     * Creates it.
     *
     * @param committed told after each transaction that has written an event
     */
    public DiscordIdentity(
            DiscordApp app,
            Database database,
            Sessions sessions,
            SignOut signOut,
            WebhookInbox inbox,
            Runnable committed) {
        this.app = app;
        this.database = database;
        this.signOut = signOut;
        this.inbox = inbox;
        this.committed = committed;
        this.api = new DiscordApi(app, clock);
        DiscordAccounts accounts = new DiscordAccounts(database, new Sealing(app.clientSecret()), clock);
        ManagedGuilds guilds = new ManagedGuilds(new GuildStore(database), new GuildStates());
        this.users =
                new DiscordUsers(database, new Users(), sessions, guilds, new Outbox(database), accounts, committed);
        GuildReader reader = new GuildReader(accounts, users, api, signOut::endStreams, clock);
        this.reading = new Background(reader::read);
    }

    /** Where Discord sends browsers back to; the developer portal must have it among the application's redirects. */
    public static URI redirect(URI publicUrl) {
        return publicUrl.resolve(DiscordLogin.CALLBACK);
    }

    @Override
    public void mount(WebServer server, SessionEndpoint session, Supplier<URI> publicUrl) {
        DiscordLogin login = new DiscordLogin(app, api, new SignIns(database, clock), users, session, publicUrl);
        server.get("/login", login::page);
        server.get(DiscordLogin.START, login::start);
        server.get(DiscordLogin.CALLBACK, login::callback);
        if (app.publicKey() != null) {
            DiscordSignature signature = new DiscordSignature(app.publicKey(), clock);
            DiscordWebhooks webhooks =
                    new DiscordWebhooks(app, signature, database, inbox, users, signOut, committed, clock);
            server.post("/api/webhooks/discord", webhooks::receive);
        }
    }

    @Override
    public @Nullable String installUrl() {
        return app.installUrl();
    }

    @Override
    public void looks(String userId) {
        reading.ask(userId);
    }

    @Override
    public void close() {
        reading.close();
    }
}
