package dev.tidings.sse.servlet;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class FrameWriteTest {

    private static final byte[] FRAME = "data: a\n\n".getBytes(UTF_8);

    private final Output out = new Output();

    @Test
    void aBufferIsWrittenWhereTheApiTakesOneAndIsTheSharedArrayItself() throws IOException {
        FrameWrite.of(out).write(out, FRAME);

        assertThat(out.written).singleElement().isSameAs(FRAME);
        assertThat(out.buffers).isEqualTo(1);
    }

    @Test
    void elsewhereTheSharedArrayItselfIsWritten() throws IOException {
        FrameWrite.ARRAYS.write(out, FRAME);

        assertThat(out.written).singleElement().isSameAs(FRAME);
        assertThat(out.buffers).isZero();
    }

    @Test
    void undertowWhichSpoilsBuffersGetsArrays() {
        assertThat(FrameWrite.of("io.undertow.servlet.spec.ServletOutputStreamImpl", Output.class))
                .isSameAs(FrameWrite.ARRAYS);
    }

    @Test
    void jettyWritesBuffersAlsoWhereTheApiHasNone() throws IOException {
        FrameWrite.inJetty(null, Output.class).write(out, FRAME);

        assertThat(out.buffers).isEqualTo(1);
    }

    @Test
    void jettyWritesArraysWhereItsMethodCannotBeReached() throws IOException {
        class Hidden extends Output {}

        FrameWrite.inJetty(null, Hidden.class).write(out, FRAME);

        assertThat(out.written).singleElement().isSameAs(FRAME);
        assertThat(out.buffers).isZero();
    }

    @Test
    void whatTheContainerThrowsComesThroughAsItIs() {
        for (Exception failure : List.of(new IOException("broken pipe"), new IllegalStateException("recycled"))) {
            out.failure = failure;

            assertThatThrownBy(() -> FrameWrite.of(out).write(out, FRAME)).isSameAs(failure);
        }
    }

    /** Public, as those of containers are. */
    public static class Output extends ServletOutputStream {

        final List<byte[]> written = new ArrayList<>();
        int buffers;

        @Nullable
        Exception failure;

        @Override
        public void write(byte[] bytes) throws IOException {
            if (failure instanceof IOException io) {
                throw io;
            } else if (failure instanceof RuntimeException runtime) {
                throw runtime;
            }
            written.add(bytes);
        }

        /** Overrides that of Servlet 6.1. */
        public void write(ByteBuffer bytes) throws IOException {
            buffers++;
            write(bytes.array());
        }

        @Override
        public void write(int b) {
            throw new UnsupportedOperationException();
        }

        @Override
        public boolean isReady() {
            return true;
        }

        @Override
        public void setWriteListener(WriteListener listener) {
            throw new UnsupportedOperationException();
        }
    }
}
