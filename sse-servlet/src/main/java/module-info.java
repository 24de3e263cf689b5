/** Event streams from any Jakarta Servlet container, and the browser client that reads them. */
module dev.tidings.sse.servlet {
    requires transitive dev.tidings.sse;
    requires transitive jakarta.servlet;
    requires static org.jspecify;

    exports dev.tidings.sse.servlet;
}
