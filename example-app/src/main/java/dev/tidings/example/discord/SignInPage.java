package dev.tidings.example.discord;

import dev.tidings.example.web.Pages;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;

/** The page with the one button. Whatever it says is from here: nothing of a request gets into it. */
final class SignInPage {

    private static final String TEMPLATE = Pages.read("login-discord.html");

    private SignInPage() {}

    static void show(HttpServletResponse response) throws IOException {
        Pages.answer(response, 200, filled("", "Sign in with Discord"));
    }

    static void show(HttpServletResponse response, SignInFailure failure) throws IOException {
        String problem = "<p class=\"hint problem\" id=\"problem\" role=\"alert\">" + failure.text() + "</p>";
        Pages.answer(response, failure.status(), filled(problem, "Try again with Discord"));
    }

    private static String filled(String problem, String action) {
        return TEMPLATE.replace("{{problem}}", problem).replace("{{action}}", action);
    }
}
