package dev.tidings.example.identity;

import dev.tidings.example.web.Problem;
import jakarta.servlet.http.HttpServletRequest;
import java.net.URI;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Keeps other sites from acting in a user's name (CSRF). A browser says by itself where an unsafe request comes from, so
 * no tokens are needed: see the Fetch Metadata Request Headers of the W3C.
 */
public final class SameOrigin {

    private static final Set<String> SAFE_METHODS = Set.of("GET", "HEAD", "OPTIONS");
    private static final Set<String> OWN_SITES = Set.of("same-origin", "none"); // none: typed in, or a bookmark

    private SameOrigin() {}

    /**
     * Lets pass what is safe, what comes from our own pages, and what comes from no browser and in nobody's name, such as
     * a webhook.
     *
     * @throws Problem with status 403 otherwise
     */
    public static void check(HttpServletRequest request) {
        if (SAFE_METHODS.contains(request.getMethod())) {
            return;
        }
        String site = request.getHeader("Sec-Fetch-Site");
        String origin = request.getHeader("Origin");
        if (site == null && origin == null && Sessions.token(request).isPresent()) {
            throw new Problem(
                    403, "with a session, the header Sec-Fetch-Site or Origin must say where this comes from");
        }
        boolean allowed =
                site != null ? OWN_SITES.contains(site) : origin == null || isOwn(origin, request.getHeader("Host"));
        if (!allowed) {
            throw new Problem(403, "this request comes from another site");
        }
    }

    private static boolean isOwn(String origin, @Nullable String host) {
        try {
            // The host alone: behind a proxy that ends TLS, the scheme of the browser is not known here.
            return host != null && host.equalsIgnoreCase(URI.create(origin).getAuthority());
        } catch (IllegalArgumentException e) {
            return false;
        }
    }
}
