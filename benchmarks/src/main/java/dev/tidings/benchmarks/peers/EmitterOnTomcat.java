package dev.tidings.benchmarks.peers;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;

/** What most servlet applications do: a list of emitters, and a loop over them at each event. */
@SpringBootConfiguration
@EnableAutoConfiguration
@RestController
public class EmitterOnTomcat {

    private final List<SseEmitter> emitters = new CopyOnWriteArrayList<>();

    public static void main(String[] args) throws IOException {
        ConfigurableApplicationContext context = new SpringApplicationBuilder(EmitterOnTomcat.class)
                .web(WebApplicationType.SERVLET)
                .properties(Map.of(
                        "server.port", "0",
                        "server.address", "localhost",
                        "server.tomcat.max-connections", "20000",
                        "server.tomcat.accept-count", "4096",
                        "spring.main.banner-mode", "off",
                        "logging.level.root", "error"))
                .run();
        int port = Integer.parseInt(context.getEnvironment().getRequiredProperty("local.server.port"));
        Server.serve(port, context.getBean(EmitterOnTomcat.class)::publish);
    }

    /** Opens a stream. */
    @GetMapping(path = "/events", produces = MediaType.TEXT_EVENT_STREAM_VALUE)
    public SseEmitter events() throws IOException {
        SseEmitter emitter = new SseEmitter(0L);
        emitter.onCompletion(() -> emitters.remove(emitter));
        emitter.send(SseEmitter.event().comment("open"));
        emitters.add(emitter);
        return emitter;
    }

    private void publish(String data) {
        for (SseEmitter emitter : emitters) {
            try {
                emitter.send(SseEmitter.event().name("news").data(data));
            } catch (IOException | IllegalStateException e) {
                emitters.remove(emitter);
            }
        }
    }
}
