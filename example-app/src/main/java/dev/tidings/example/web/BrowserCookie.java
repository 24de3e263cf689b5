package dev.tidings.example.web;

import jakarta.servlet.http.Cookie;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.time.Duration;
import java.util.Optional;

/**
 * A cookie that scripts cannot read and that other sites' forms do not bring along.
 *
 * @param name what it is called
 * @param path under which it comes back
 * @param lifetime how long the browser keeps it
 * @param secure whether it never goes over plain HTTP, also where TLS ends at a proxy and is not seen here
 */
public record BrowserCookie(String name, String path, Duration lifetime, boolean secure) {

    /** Gives the browser a value, which is made of characters that cookies may have. */
    public void give(HttpServletRequest request, HttpServletResponse response, String value) {
        add(request, response, value, lifetime);
    }

    /** Takes it away from the browser. */
    public void takeBack(HttpServletRequest request, HttpServletResponse response) {
        add(request, response, "", Duration.ZERO);
    }

    /** Finds what a browser has brought. */
    public Optional<String> find(HttpServletRequest request) {
        return find(request, name);
    }

    /** Finds what a browser has brought under a name. */
    public static Optional<String> find(HttpServletRequest request, String name) {
        Cookie[] cookies = request.getCookies() == null ? new Cookie[0] : request.getCookies();
        for (Cookie cookie : cookies) {
            if (cookie.getName().equals(name) && !cookie.getValue().isEmpty()) {
                return Optional.of(cookie.getValue());
            }
        }
        return Optional.empty();
    }

    private void add(HttpServletRequest request, HttpServletResponse response, String value, Duration age) {
        response.addHeader(
                "Set-Cookie",
                name + "=" + value + "; Path=" + path + "; Max-Age=" + age.toSeconds() + "; HttpOnly; SameSite=Lax"
                        + (secure || request.isSecure() ? "; Secure" : ""));
    }
}
