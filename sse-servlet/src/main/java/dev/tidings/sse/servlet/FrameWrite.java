package dev.tidings.sse.servlet;

import jakarta.servlet.ServletOutputStream;
import java.io.IOException;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * How frames are handed to a container. The array is the container's until it is ready again, and never changes.
 *
 * @param buffers writes a {@link ByteBuffer}, which containers need not copy from; null where arrays are written
 * @param bufferSize the buffer that the response is to have, in bytes
 */
record FrameWrite(@Nullable MethodHandle buffers, int bufferSize) {

    /**
     * Frames gain nothing from a buffer, since each write is flushed; but containers allocate it per stream, tens of KB
     * for an idle one, and Undertow leaves the tail of a write in it when the socket is full.
     */
    private static final int SMALL = 512;

    /**
     * Jetty does not allocate a buffer for a {@link ByteBuffer}, but cuts it into pieces of that size and makes a system
     * call for each: this holds the largest write that is not a single event.
     */
    private static final int WHOLE_WRITE = 32 * 1024;

    private static final MethodType METHOD = MethodType.methodType(void.class, ByteBuffer.class);

    /** That of the API, from Servlet 6.1 on. It wants a flush like any write. */
    private static final @Nullable MethodHandle OF_API = find(ServletOutputStream.class);

    static final FrameWrite ARRAYS = new FrameWrite(null, SMALL);

    /** What the API has to offer. */
    static final FrameWrite BEST = new FrameWrite(OF_API, SMALL);

    private static volatile @Nullable FrameWrite jetty;

    /** Returns the way for the container that made this output. */
    static FrameWrite of(ServletOutputStream out) {
        return of(out.getClass().getName(), out.getClass());
    }

    static FrameWrite of(String container, Class<? extends ServletOutputStream> output) {
        if (container.startsWith("io.undertow.")) {
            return ARRAYS; // its own method for buffers moves what is left in one that it still sends from
        }
        return container.startsWith("org.eclipse.jetty.") ? ofJetty(output) : BEST;
    }

    void write(ServletOutputStream out, byte[] frames) throws IOException {
        if (buffers == null) {
            out.write(frames);
            return;
        }
        try {
            buffers.invokeExact(out, ByteBuffer.wrap(frames));
        } catch (IOException | RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new AssertionError("it throws nothing else", e);
        }
    }

    private static FrameWrite ofJetty(Class<? extends ServletOutputStream> output) {
        FrameWrite known = jetty;
        if (known == null) {
            known = inJetty(OF_API, output);
            jetty = known;
        }
        return known;
    }

    /** Jetty's output has the method itself, also where the API is older than that. */
    static FrameWrite inJetty(@Nullable MethodHandle ofApi, Class<? extends ServletOutputStream> output) {
        MethodHandle buffers = ofApi == null ? find(output) : ofApi;
        return buffers == null ? ARRAYS : new FrameWrite(buffers, WHOLE_WRITE);
    }

    private static @Nullable MethodHandle find(Class<? extends ServletOutputStream> output) {
        try {
            MethodHandle found = MethodHandles.publicLookup().findVirtual(output, "write", METHOD);
            return found.asType(METHOD.insertParameterTypes(0, ServletOutputStream.class));
        } catch (NoSuchMethodException | IllegalAccessException e) {
            return null;
        }
    }
}
