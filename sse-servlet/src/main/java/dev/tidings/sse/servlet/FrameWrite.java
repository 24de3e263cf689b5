package dev.tidings.sse.servlet;

import jakarta.servlet.ServletOutputStream;
import java.io.IOException;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.nio.ByteBuffer;

/** How frames are handed to a container. The array is the container's until it is ready again, and never changes. */
interface FrameWrite {

    FrameWrite ARRAY = ServletOutputStream::write;

    /**
     * What the API has to offer: from Servlet 6.1 on {@code write(ByteBuffer)}, which containers need not copy from.
     * Jetty spends a fifth less on an event then. It wants a flush like any write.
     */
    FrameWrite BEST = best();

    void write(ServletOutputStream out, byte[] frames) throws IOException;

    /** Returns the way for the container that made this output. */
    static FrameWrite of(ServletOutputStream out) {
        return of(out.getClass().getName());
    }

    static FrameWrite of(String container) {
        // Undertow's own method of that name moves what is left in a buffer that it still sends from.
        return container.startsWith("io.undertow.") ? ARRAY : BEST;
    }

    private static FrameWrite best() {
        MethodType type = MethodType.methodType(void.class, ByteBuffer.class);
        try {
            return new Buffer(MethodHandles.publicLookup().findVirtual(ServletOutputStream.class, "write", type));
        } catch (NoSuchMethodException | IllegalAccessException e) {
            return ARRAY;
        }
    }

    /** Calls by hand what the oldest API that this runs on, 6.0, does not have. */
    record Buffer(MethodHandle write) implements FrameWrite {

        @Override
        public void write(ServletOutputStream out, byte[] frames) throws IOException {
            try {
                write.invokeExact(out, ByteBuffer.wrap(frames));
            } catch (IOException | RuntimeException | Error e) {
                throw e;
            } catch (Throwable e) {
                throw new AssertionError("it throws nothing else", e);
            }
        }
    }
}
