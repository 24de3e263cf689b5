package dev.tidings.benchmarks.peers;

import java.io.IOException;
import java.util.Map;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.http.MediaType;
import org.springframework.http.codec.ServerSentEvent;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Sinks;

/** What reactive applications do: one sink, a stream of it for each request. */
@SpringBootConfiguration
@EnableAutoConfiguration
@RestController
public class FluxOnNetty {

    private final Sinks.Many<ServerSentEvent<String>> sink =
            Sinks.many().multicast().onBackpressureBuffer(1024, false);

    public static void main(String[] args) throws IOException {
        ConfigurableApplicationContext context = new SpringApplicationBuilder(FluxOnNetty.class)
                .web(WebApplicationType.REACTIVE)
                .properties(Map.of(
                        "server.port", "0",
                        "server.address", "localhost",
                        "spring.main.banner-mode", "off",
                        "logging.level.root", "error"))
                .run();
        int port = Integer.parseInt(context.getEnvironment().getRequiredProperty("local.server.port"));
        Server.serve(port, context.getBean(FluxOnNetty.class)::publish);
    }

    /** Opens a stream. */
    @GetMapping(path = "/events", produces = MediaType.TEXT_EVENT_STREAM_VALUE)
    public Flux<ServerSentEvent<String>> events() {
        return Flux.concat(
                Flux.just(ServerSentEvent.<String>builder().comment("open").build()), sink.asFlux());
    }

    private void publish(String data) {
        // What does not fit is lost: the sink waits for its slowest subscriber.
        sink.tryEmitNext(
                ServerSentEvent.<String>builder().event("news").data(data).build());
    }
}
