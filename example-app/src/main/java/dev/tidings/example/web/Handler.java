package dev.tidings.example.web;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;

/** Answers the requests of one route. */
@FunctionalInterface
public interface Handler {

    /**
     * Answers.
     *
     * @throws Problem to refuse the request
     */
    void handle(HttpServletRequest request, HttpServletResponse response) throws IOException;
}
