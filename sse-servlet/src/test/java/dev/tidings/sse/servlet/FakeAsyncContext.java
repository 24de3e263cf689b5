package dev.tidings.sse.servlet;

import jakarta.servlet.AsyncContext;
import jakarta.servlet.AsyncListener;
import jakarta.servlet.ServletContext;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import java.util.List;

/** Notes completions; throws as a container does when the request is over already. */
final class FakeAsyncContext implements AsyncContext {

    private final List<String> calls;
    private Runnable onComplete = () -> {};
    private boolean over;

    FakeAsyncContext(List<String> calls) {
        this.calls = calls;
    }

    /** What happens within a completion. */
    void onComplete(Runnable script) {
        onComplete = script;
    }

    void endRequest() {
        over = true;
    }

    @Override
    public void complete() {
        calls.add("complete");
        onComplete.run();
        if (over) {
            throw new IllegalStateException("the request is over");
        }
    }

    @Override
    public void addListener(AsyncListener listener) {
        calls.add("addListener");
    }

    @Override
    public ServletRequest getRequest() {
        throw new UnsupportedOperationException();
    }

    @Override
    public ServletResponse getResponse() {
        throw new UnsupportedOperationException();
    }

    @Override
    public boolean hasOriginalRequestAndResponse() {
        throw new UnsupportedOperationException();
    }

    @Override
    public void dispatch() {
        throw new UnsupportedOperationException();
    }

    @Override
    public void dispatch(String path) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void dispatch(ServletContext context, String path) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void start(Runnable run) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void addListener(AsyncListener listener, ServletRequest request, ServletResponse response) {
        throw new UnsupportedOperationException();
    }

    @Override
    public <T extends AsyncListener> T createListener(Class<T> type) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void setTimeout(long timeout) {
        throw new UnsupportedOperationException();
    }

    @Override
    public long getTimeout() {
        throw new UnsupportedOperationException();
    }
}
