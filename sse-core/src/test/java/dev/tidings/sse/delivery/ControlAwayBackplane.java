package dev.tidings.sse.delivery;

import dev.tidings.sse.Topic;
import dev.tidings.sse.spi.Backplane;
import dev.tidings.sse.spi.Interest;
import dev.tidings.sse.spi.Sink;
import dev.tidings.sse.spi.Status;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A backplane of several servers, of which the one with the control topic can be away while the others are not. */
final class ControlAwayBackplane extends ForwardingBackplane {

    private @Nullable Sink control;

    ControlAwayBackplane(Backplane logs) {
        super(logs);
    }

    void announceToControl(Status status) {
        Objects.requireNonNull(control, "control").status(status);
    }

    boolean isControlFollowed() {
        return control != null;
    }

    @Override
    public Interest follow(Topic topic, Sink sink) {
        if (topic.equals(Topic.control())) {
            control = sink;
        }
        return super.follow(topic, sink);
    }
}
