package dev.tidings.example.identity;

import dev.tidings.example.web.Problem;
import dev.tidings.example.web.Text;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;

/** Signing in under any name: the demo's. */
public final class LoginEndpoint {

    private static final int MAX_NAME_LENGTH = 32;
    private static final int MAX_DISCORD_ID_LENGTH = 64;

    private final SignIn signIn;
    private final SessionEndpoint session;

    /** Creates the endpoint. */
    public LoginEndpoint(SignIn signIn, SessionEndpoint session) {
        this.signIn = signIn;
        this.session = session;
    }

    /** Answers {@code POST /login}. */
    public void login(HttpServletRequest request, HttpServletResponse response) {
        String name = field(request, "user", "", MAX_NAME_LENGTH);
        String discordId = field(request, "discordId", name, MAX_DISCORD_ID_LENGTH);
        session.begin(request, response, signIn.signIn(discordId, name));
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
