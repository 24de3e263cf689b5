package dev.tidings.sse.servlet;

import dev.tidings.sse.spi.FrameSubscriber;
import dev.tidings.sse.spi.Stream;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;
import java.io.IOException;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Lock;
import org.jspecify.annotations.Nullable;

/**
 * One open stream: takes frames from its delivery loop and writes them to the container, without ever waiting.
 *
 * <p>Two sides meet here: the loop offers, ends and aborts; the container calls back from any of its threads, also from
 * within a write of the loop's own. What the container says goes to the loop through {@link Stream}; no callback writes
 * frames.
 *
 * <p>A response belongs to the next request of its connection the moment the container has ended this one, so a write
 * that comes late would reach <em>somebody else's response</em>. Hence the lock: whoever touches the request or its
 * response holds it and has seen that {@code gone} is false, and every callback that announces an end must get it first.
 * It is held over I/O, but over non-blocking I/O only, and over completing, in which Jetty calls listeners; no other
 * stream shares it.
 */
final class Connection implements FrameSubscriber, WriteListener, AsyncListener {

    /**
     * When to try again what a thread of the container is in the way of: it is about to leave. Nothing of this waits, so the
     * JDK's one thread for delays may do it.
     */
    private static final Executor SOON = CompletableFuture.delayedExecutor(200, TimeUnit.MICROSECONDS, Runnable::run);

    /**
     * How long an end waits for a peer to read what was taken. What follows runs in the common pool: an application's
     * listeners, called by Jetty in a completion, must not hold up the JDK's one thread for delays.
     */
    private static final Executor AFTER_GRACE = CompletableFuture.delayedExecutor(2, TimeUnit.SECONDS);

    private final AsyncContext async;
    private final ServletOutputStream out;
    private final FrameWrite frameWrite;
    private final Abort abort;
    private final @Nullable Lock containersLock;
    private final Executor afterGrace;

    private final Object lock = new Object();

    // Guarded by lock; it must be reentrant, since Undertow reports an error on the thread that flushes.
    private @Nullable Stream stream;
    private boolean flushOwed;
    private boolean ending;
    private boolean aborting;
    private boolean retrying; // soon, what a thread of the container was in the way of
    private boolean gone;

    /**
     * Creates the connection of a request.
     *
     * @param containersLock what a thread of the container holds while it handles the connection, where nothing must be
     *     written meanwhile
     */
    Connection(AsyncContext async, ServletOutputStream out, Abort abort, @Nullable Lock containersLock) {
        this(async, out, abort, containersLock, AFTER_GRACE);
    }

    Connection(
            AsyncContext async,
            ServletOutputStream out,
            Abort abort,
            @Nullable Lock containersLock,
            Executor afterGrace) {
        this.async = async;
        this.out = out;
        this.frameWrite = FrameWrite.of(out);
        this.abort = abort;
        this.containersLock = containersLock;
        this.afterGrace = afterGrace;
    }

    /** Returns the size of the buffer that the response is to have, in bytes. */
    int bufferSize() {
        return frameWrite.bufferSize();
    }

    /** Lets the container call back. Its first call, after the request's thread returned, makes the stream ready. */
    void start(Stream opened) {
        synchronized (lock) {
            if (gone) { // the loop was faster
                return;
            }
            stream = opened;
            try {
                async.addListener(this);
                out.setWriteListener(this);
            } catch (RuntimeException | Error e) {
                gone = true; // the response is the caller's again, and what the loop still says comes too late
                throw e;
            }
        }
    }

    // The loop's side.

    @Override
    public Outcome offer(byte[] frames) {
        try {
            synchronized (lock) {
                if (gone) {
                    return Outcome.GONE;
                }
                if (!entered()) {
                    return Outcome.NOT_READY;
                }
                try {
                    return write(frames);
                } finally {
                    leave();
                }
            }
        } catch (IOException e) {
            writeFailed(e);
            return Outcome.GONE;
        } catch (RuntimeException e) { // some containers say so that the peer is gone
            finish();
            return Outcome.GONE;
        } catch (Error e) {
            finish(); // or the same frames would follow what it left of them
            throw e;
        }
    }

    @Override
    public void end() {
        try {
            if (stillSending()) {
                // Completing now would cut off what was taken, stream.close as a rule: Jetty aborts over a pending
                // write.
                afterGrace.execute(this::abort);
            } else {
                finish();
            }
        } catch (IOException e) {
            writeFailed(e);
        } catch (RuntimeException e) {
            finish();
        } catch (Error e) {
            finish();
            throw e;
        }
    }

    @Override
    public void abort() {
        synchronized (lock) {
            aborting = true;
            if (gone || !entered()) {
                return;
            }
            gone = true;
            try {
                if (!abort.cut(async)) {
                    complete();
                }
            } finally {
                leave();
            }
        }
    }

    // The container's side.

    @Override
    public void onWritePossible() {
        boolean over;
        try {
            synchronized (lock) {
                if (gone || !entered()) {
                    return;
                }
                try {
                    over = drained() && ending;
                } finally {
                    leave();
                }
            }
        } catch (IOException | RuntimeException e) {
            lost();
            return;
        }
        if (over) {
            finish();
        } else {
            stream().ready();
        }
    }

    @Override
    public void onError(Throwable failure) {
        lost();
    }

    @Override
    public void onError(AsyncEvent event) {
        lost();
    }

    /** Comes when a container stops, since no time-out is set. */
    @Override
    public void onTimeout(AsyncEvent event) {
        lost();
    }

    @Override
    public void onComplete(AsyncEvent event) {
        boolean first;
        synchronized (lock) {
            first = !gone;
            gone = true;
        }
        if (first) {
            stream().gone();
        }
    }

    @Override
    public void onStartAsync(AsyncEvent event) {}

    // Both sides. With the lock held:

    /** Tells whether no other thread is at the connection within the container; if one is, calls back when it has left. */
    private boolean entered() {
        if (containersLock == null || containersLock.tryLock()) {
            return true;
        }
        if (!retrying) {
            retrying = true;
            SOON.execute(this::retry);
        }
        return false;
    }

    private void retry() {
        boolean abort;
        synchronized (lock) {
            retrying = false;
            abort = aborting;
        }
        if (abort) {
            abort();
        } else {
            onWritePossible();
        }
    }

    private void leave() {
        if (containersLock != null) {
            containersLock.unlock();
        }
    }

    private Outcome write(byte[] frames) throws IOException {
        if (!out.isReady()) {
            return Outcome.NOT_READY;
        }
        if (frames.length > 0) {
            frameWrite.write(out, frames);
            flushOwed = true;
        }
        flushed();
        return Outcome.TAKEN;
    }

    /**
     * Flushes what was written, unless the container is still busy with it: Jetty throws at a flush then, and others
     * ignore it. It calls back when it is done, and the flush is paid there; without it Tomcat would keep the tail
     * until the next write.
     */
    private boolean flushed() throws IOException {
        if (!out.isReady()) {
            return false;
        }
        if (flushOwed) {
            flushOwed = false;
            out.flush();
        }
        return true;
    }

    /** Tells whether the container holds nothing any more; if it does, it calls back when that has changed. */
    private boolean drained() throws IOException {
        return flushed() && out.isReady();
    }

    /**
     * Completes while the request is certainly not over: a container that had ended it by itself would give what
     * belongs to it to another request, and a completion that comes late would end <em>that one</em>.
     */
    private void complete() {
        try {
            async.complete();
        } catch (IllegalStateException e) { // it is about to end anyway, and waits for the lock
        }
    }

    // Without it:

    private boolean stillSending() throws IOException {
        synchronized (lock) {
            ending = true;
            if (stream == null || gone) {
                return false;
            }
            if (!entered()) {
                return true;
            }
            try {
                return !drained();
            } finally {
                leave();
            }
        }
    }

    /** A write of the loop's failed, on a thread that is not the container's. */
    private void writeFailed(IOException failure) {
        if (!abort.endsAfterFailedWrite(failure)) {
            finish();
            return;
        }
        synchronized (lock) {
            gone = true;
        }
    }

    private Stream stream() {
        synchronized (lock) {
            return Objects.requireNonNull(stream);
        }
    }

    /** Ends it from the container's side: completes, or Jetty keeps the socket, and tells the loop. */
    private void lost() {
        if (finish()) {
            stream().gone();
        }
    }

    /** Completes, once; tells whether this call did. */
    private boolean finish() {
        synchronized (lock) {
            if (gone) {
                return false;
            }
            gone = true;
            complete();
            return true;
        }
    }
}
