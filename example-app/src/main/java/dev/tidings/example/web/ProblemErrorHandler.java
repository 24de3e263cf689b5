package dev.tidings.example.web;

import java.nio.ByteBuffer;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.handler.ErrorHandler;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

/** Errors that no handler of ours has seen: Jetty's own answers, as the same one-line JSON. */
final class ProblemErrorHandler extends ErrorHandler {

    ProblemErrorHandler() {
        setCacheControl("no-store");
    }

    @Override
    public boolean errorPageForMethod(String method) {
        return true;
    }

    @Override
    protected void generateResponse(
            Request request,
            Response response,
            int code,
            @Nullable String message,
            @Nullable Throwable cause,
            Callback callback) {
        SecurityHeaders.add(response.getHeaders());
        response.getHeaders().put(HttpHeader.CONTENT_TYPE, Problem.CONTENT_TYPE);
        byte[] body = Problem.body(code, detail(code, message));
        response.write(true, ByteBuffer.wrap(body), callback);
    }

    private static String detail(int code, @Nullable String message) {
        // From 500 on the message may come from deep inside.
        return code >= 500 || message == null || message.isBlank() ? HttpStatus.getMessage(code) : message;
    }
}
