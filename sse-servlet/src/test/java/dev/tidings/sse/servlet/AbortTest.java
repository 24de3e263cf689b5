package dev.tidings.sse.servlet;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class AbortTest {

    private final FakeAsyncContext async = new FakeAsyncContext(new ArrayList<>());

    @Test
    void theContainerIsFoundBehindWhatFiltersPutAroundTheRequest() throws IOException {
        List<Abort> found = new ArrayList<>();
        try (TestServer server = new TestServer()
                .filter((request, response, chain) -> chain.doFilter(
                        new HttpServletRequestWrapper(new HttpServletRequestWrapper((HttpServletRequest) request)),
                        response))
                .servlet("/", new HttpServlet() {
                    private static final long serialVersionUID = 1L;

                    @Override
                    protected void doGet(HttpServletRequest request, HttpServletResponse response) {
                        found.add(Abort.of(request));
                    }
                })
                .start()) {
            RawExchange.get(server.port(), "/").close();
        }
        assertThat(found).containsExactly(JettyAbort.INSTANCE);
    }

    @Test
    void anUnknownContainerIsLeftToItsOwnTimeOut() {
        HttpServletRequest unknown = (HttpServletRequest) Proxy.newProxyInstance(
                AbortTest.class.getClassLoader(),
                new Class<?>[] {HttpServletRequest.class},
                (proxy, method, args) -> null);

        assertThat(Abort.of(unknown)).isSameAs(NoAbort.INSTANCE);
    }

    @Test
    void thatItIsLeftToItsOwnTimeOutIsSaidOnce() {
        NoAbort abort = new NoAbort();

        try (CapturedLog log = new CapturedLog(NoAbort.class)) {
            abort.cut(async);
            abort.cut(async);

            assertThat(log.records()).hasSize(1);
        }
    }

    @Test
    void thatTomcatBlocksOverHttp2IsSaidOnce() {
        TomcatAbort abort = new TomcatAbort(new NoAbort());

        try (CapturedLog log = new CapturedLog(TomcatAbort.class)) {
            assertThat(abort.over("HTTP/1.1")).isSameAs(abort);
            assertThat(log.records()).isEmpty();

            assertThat(abort.over("HTTP/2.0")).isSameAs(abort);
            assertThat(abort.over("HTTP/2.0")).isSameAs(abort);
            assertThat(log.records()).hasSize(1);
        }
    }

    @Test
    void aContainerThatDoesNotLetItselfBeReachedIsLeftToItsOwnTimeOut() {
        try (CapturedLog log = new CapturedLog(NoAbort.class)) {
            assertThat(new TomcatAbort(new NoAbort()).cut(async)).isFalse();
            assertThat(new UndertowAbort(new NoAbort()).cut(async)).isFalse();

            assertThat(log.records()).hasSize(2);
        }
    }
}
