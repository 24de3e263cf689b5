package dev.tidings.sse.servlet;

import dev.tidings.sse.spi.Stream;
import java.util.List;

/** Notes what a connection tells its loop. */
record FakeStream(List<String> calls) implements Stream {

    @Override
    public void ready() {
        calls.add("ready");
    }

    @Override
    public void gone() {
        calls.add("gone");
    }
}
