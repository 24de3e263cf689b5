package dev.tidings.example.identity;

import jakarta.servlet.http.Cookie;
import jakarta.servlet.http.HttpServletRequest;
import java.lang.reflect.Proxy;
import java.util.HashMap;
import java.util.Map;

/** A request of a method and some headers; asking it for anything else fails. */
final class FakeRequest {

    private final String method;
    private final Map<String, String> headers = new HashMap<>();

    FakeRequest(String method) {
        this.method = method;
    }

    FakeRequest header(String name, String value) {
        headers.put(name, value);
        return this;
    }

    HttpServletRequest build() {
        return (HttpServletRequest) Proxy.newProxyInstance(
                getClass().getClassLoader(),
                new Class<?>[] {HttpServletRequest.class},
                (proxy, called, arguments) -> switch (called.getName()) {
                    case "getMethod" -> method;
                    case "getHeader" -> headers.get(arguments[0]);
                    case "getCookies" -> cookies();
                    default -> throw new UnsupportedOperationException(called.getName());
                });
    }

    private Cookie[] cookies() {
        String cookie = headers.get("Cookie");
        if (cookie == null) {
            return null; // as the Servlet API has it
        }
        String[] pair = cookie.split("=", 2);
        return new Cookie[] {new Cookie(pair[0], pair[1])};
    }
}
