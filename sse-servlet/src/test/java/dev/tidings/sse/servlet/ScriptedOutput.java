package dev.tidings.sse.servlet;

import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A container's output, as hostile as all containers together: every operation needs an {@code isReady()} of its own
 * (Jetty), only flushed bytes leave (Tomcat), and what is called after the request's end is noted.
 */
final class ScriptedOutput extends ServletOutputStream {

    private final List<String> calls;
    private final ByteArrayOutputStream buffered = new ByteArrayOutputStream();
    private final ByteArrayOutputStream sent = new ByteArrayOutputStream();
    private Script onWrite = () -> {};
    private Script onFlush = () -> {};
    private boolean socketFull;
    private boolean pending;
    private boolean confirmed;
    private boolean listening;
    private boolean over;
    private byte[] lastArray = {};
    private @Nullable RuntimeException refusal;

    ScriptedOutput(List<String> calls) {
        this.calls = calls;
    }

    /** What happens within a call. */
    interface Script {
        void run() throws IOException;
    }

    void onWrite(Script script) {
        onWrite = script;
    }

    void onFlush(Script script) {
        onFlush = script;
    }

    /** From now on every operation stays pending. */
    void fillSocket() {
        socketFull = true;
    }

    /** The operation under way is done, and the next ones are at once; the container would call back now. */
    void emptySocket() {
        socketFull = false;
        pending = false;
    }

    /** The request is over: the response now is another one's. */
    void endRequest() {
        over = true;
    }

    String sent() {
        return sent.toString(StandardCharsets.UTF_8);
    }

    byte[] lastArray() {
        return lastArray;
    }

    @Override
    public boolean isReady() {
        noteIfOver("isReady");
        if (!listening) {
            calls.add("isReady without a listener");
        }
        confirmed = !pending;
        return confirmed;
    }

    @Override
    public void write(byte[] bytes) throws IOException {
        begin("write");
        lastArray = bytes;
        buffered.write(bytes);
        onWrite.run();
    }

    /** Overrides that of Servlet 6.1, which the tests run with but are not compiled against. */
    public void write(ByteBuffer bytes) throws IOException {
        write(bytes.array());
    }

    @Override
    public void flush() throws IOException {
        begin("flush");
        buffered.writeTo(sent);
        buffered.reset();
        onFlush.run();
    }

    @Override
    public void write(int b) {
        throw new UnsupportedOperationException();
    }

    void refuseListeners(RuntimeException how) {
        refusal = how;
    }

    @Override
    public void setWriteListener(WriteListener listener) {
        if (refusal != null) {
            throw refusal;
        }
        calls.add("setWriteListener");
        listening = true;
    }

    private void begin(String operation) {
        noteIfOver(operation);
        if (!confirmed) {
            throw new IllegalStateException("isReady() not called before " + operation);
        }
        calls.add(operation);
        confirmed = false;
        pending = socketFull;
    }

    private void noteIfOver(String operation) {
        if (over) {
            calls.add("late " + operation);
        }
    }
}
