package dev.tidings.example.web;

import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.lang.System.Logger;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.eclipse.jetty.http.HttpException;
import org.jspecify.annotations.Nullable;

/** One path, with a handler per method; says what is missing, and turns problems into answers. */
final class RouteServlet extends HttpServlet {

    private static final Logger LOGGER = System.getLogger(RouteServlet.class.getName());

    private final Map<String, Handler> handlers = new TreeMap<>();

    void on(String method, Handler handler) {
        handlers.put(method, handler);
    }

    @Override
    protected void service(HttpServletRequest request, HttpServletResponse response) throws IOException {
        try {
            handler(request, response).handle(request, response);
        } catch (Problem e) {
            Answer.problem(request, response, e.status(), e.detail());
        } catch (RuntimeException e) {
            fail(request, response, e);
        }
    }

    private Handler handler(HttpServletRequest request, HttpServletResponse response) {
        if (handlers.isEmpty()) {
            throw new Problem(404, "there is nothing here");
        }
        String method = request.getMethod().equals("HEAD") ? "GET" : request.getMethod();
        @Nullable Handler handler = handlers.get(method);
        if (handler == null) {
            TreeSet<String> allowed = new TreeSet<>(handlers.keySet());
            if (allowed.contains("GET")) {
                allowed.add("HEAD");
            }
            response.setHeader("Allow", String.join(", ", allowed));
            throw new Problem(405, "allowed here: " + String.join(", ", allowed));
        }
        return handler;
    }

    private static void fail(HttpServletRequest request, HttpServletResponse response, RuntimeException e)
            throws IOException {
        if (e instanceof HttpException bad && bad.getCode() < 500) { // Jetty could not read the form, say
            Answer.problem(request, response, bad.getCode(), String.valueOf(bad.getReason()));
            return;
        }
        LOGGER.log(Logger.Level.ERROR, "Failed: " + request.getMethod() + " " + request.getRequestURI(), e);
        if (!response.isCommitted()) {
            Answer.problem(request, response, 500, "something went wrong here; the server's log says what");
        }
    }
}
