package dev.tidings.example.ops;

import dev.tidings.example.web.RequestObserver;
import dev.tidings.sse.micrometer.TidingsMetrics;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.FileDescriptorMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.util.concurrent.TimeUnit;

/** The figures of this process. Labels are few and known: no user, no topic, no path that a request made up. */
final class AppMetrics implements RequestObserver, AutoCloseable {

    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final TidingsMetrics events = new TidingsMetrics();
    private final JvmGcMetrics gc = new JvmGcMetrics();

    AppMetrics() {
        registry.config().meterFilter(Buckets.FILTER);
        new JvmMemoryMetrics().bindTo(registry);
        new JvmThreadMetrics().bindTo(registry);
        new ProcessorMetrics().bindTo(registry);
        new FileDescriptorMetrics().bindTo(registry);
        new UptimeMetrics().bindTo(registry);
        gc.bindTo(registry);
    }

    PrometheusMeterRegistry registry() {
        return registry;
    }

    /** What a broadcaster is to be built with, and then {@link TidingsMetrics#of bound}. */
    TidingsMetrics events() {
        return events;
    }

    @Override
    public void answered(String route, int status, long nanos) {
        Timer.builder("http.server.requests")
                .description("Requests until their handler returned, which for a stream is when it has opened")
                .tag("route", route)
                .tag("status", status / 100 + "xx")
                .register(registry)
                .record(nanos, TimeUnit.NANOSECONDS);
    }

    /** Counts a webhook by what became of it. */
    void webhook(String outcome) {
        Counter.builder("tidings.webhooks")
                .description("Webhooks by what became of them")
                .tag("outcome", outcome)
                .register(registry)
                .increment();
    }

    /** Text, which every version of Prometheus reads. */
    String scrape() {
        return registry.scrape();
    }

    @Override
    public void close() {
        gc.close(); // it listens to the collector
        registry.close();
    }
}
