package dev.tidings.example.discord;

import dev.tidings.example.discord.SignIns.Begun;
import dev.tidings.example.guilds.Guild;
import dev.tidings.example.identity.SessionEndpoint;
import dev.tidings.example.web.Answer;
import dev.tidings.example.web.BrowserCookie;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/**
 * Signing in with Discord: the authorization code flow of OAuth 2 with PKCE. There is a page before it, or signing out would
 * lead straight back in.
 */
final class DiscordLogin {

    /** Where the page's button leads. */
    static final String START = "/login/discord";

    /** Where Discord sends the browser back to; it must be among the redirects in the developer portal. */
    static final String CALLBACK = "/login/discord/callback";

    private static final Logger LOGGER = System.getLogger(DiscordLogin.class.getName());
    private static final Pattern CODE = Pattern.compile("[!-~]{1,512}");

    private final DiscordApp app;
    private final DiscordApi discord;
    private final SignIns signIns;
    private final DiscordUsers users;
    private final SessionEndpoint session;
    private final Supplier<URI> publicUrl;
    private final BrowserCookie cookie;

    DiscordLogin(
            DiscordApp app,
            DiscordApi discord,
            SignIns signIns,
            DiscordUsers users,
            SessionEndpoint session,
            Supplier<URI> publicUrl) {
        this.app = app;
        this.discord = discord;
        this.signIns = signIns;
        this.users = users;
        this.session = session;
        this.publicUrl = publicUrl;
        this.cookie = session.cookie("sign_in", START, SignIns.LIFETIME);
    }

    /** Answers {@code GET /login}. */
    void page(HttpServletRequest request, HttpServletResponse response) throws IOException {
        SignInPage.show(response);
    }

    /** Answers {@code GET /login/discord}: sends the browser to Discord. */
    void start(HttpServletRequest request, HttpServletResponse response) throws IOException {
        Optional<Begun> begun = signIns.begin();
        if (begun.isEmpty()) {
            SignInPage.show(response, SignInFailure.UNAVAILABLE);
        } else {
            leave(request, response, begun.get());
        }
    }

    private void leave(HttpServletRequest request, HttpServletResponse response, Begun begun) {
        cookie.give(request, response, begun.verifier());
        Answer.seeOther(
                response,
                app.address() + "/oauth2/authorize?response_type=code&client_id=" + app.clientId() + "&scope="
                        + encode(String.join(" ", DiscordTokens.SCOPES)) + "&redirect_uri="
                        + encode(redirect().toString()) + "&state=" + begun.state() + "&code_challenge="
                        + begun.challenge() + "&code_challenge_method=S256&prompt=none");
    }

    /** Answers {@code GET /login/discord/callback}: the browser is back. */
    void callback(HttpServletRequest request, HttpServletResponse response) throws IOException {
        Optional<String> verifier = cookie.find(request);
        cookie.takeBack(request, response);
        String state = request.getParameter("state");
        if (state == null || verifier.isEmpty() || !signIns.finish(new Begun(state, verifier.get()))) {
            SignInPage.show(response, SignInFailure.NOT_BEGUN_HERE);
            return;
        }
        String code = request.getParameter("code");
        if (request.getParameter("error") != null || code == null) {
            SignInPage.show(response, SignInFailure.DENIED);
            return;
        }
        finish(request, response, code, verifier.get());
    }

    private void finish(HttpServletRequest request, HttpServletResponse response, String code, String verifier)
            throws IOException {
        try {
            if (!CODE.matcher(code).matches()) {
                throw new DiscordRefusedException("the code is not one");
            }
            session.begin(request, response, signIn(code, verifier));
        } catch (DiscordRefusedException e) {
            LOGGER.log(Level.INFO, "A sign-in was refused: {0}", e.getMessage());
            SignInPage.show(response, SignInFailure.REFUSED);
        } catch (DiscordUnavailableException e) {
            LOGGER.log(Level.WARNING, "A sign-in failed: {0}", e.getMessage());
            SignInPage.show(response, SignInFailure.UNAVAILABLE);
        }
    }

    private String signIn(String code, String verifier) throws DiscordRefusedException, DiscordUnavailableException {
        DiscordTokens tokens = discord.exchange(code, verifier, redirect());
        DiscordUser user = discord.user(tokens);
        List<Guild> managed = discord.guilds(tokens);
        return users.signIn(user, tokens, managed);
    }

    private URI redirect() {
        return DiscordIdentity.redirect(publicUrl.get());
    }

    private static String encode(String value) {
        return URLEncoder.encode(value, StandardCharsets.UTF_8);
    }
}
