package dev.tidings.example.soak;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.example.Waiting;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The application under its everyday load for a long time: webhooks at a steady rate, pages that come and go, and now and then
 * a line of what it takes by then, which grows no more once logs and caches are full. {@code -Dtidings.soak.minutes} (two or
 * more), {@code .streams} and {@code .webhooks} (a second) say how much.
 */
@Tag("soak")
class SoakTest {

    private static final int TABS_OF_A_USER = 4;
    private static final int COME_AND_GO_PER_SECOND = 20;
    private static final int LOOKS = 20;
    private static final String LINE = "%6s %8s %8s %8s %6s %8s %10s %8s %8s %6s %6s%n";

    private final Usage usage = new Usage();

    @TempDir
    private Path directory;

    @Test
    void noPageMissesAnythingAndNothingGrowsHoweverLongItRuns() throws Exception {
        Duration time = Duration.ofMinutes(Integer.getInteger("tidings.soak.minutes", 20));
        assertThat(time.dividedBy(2)).as("half of the time").isGreaterThan(SoakedNode.RETENTION);
        int streams = Integer.getInteger("tidings.soak.streams", 2_000);
        try (SoakedApp app = SoakedApp.start(directory)) {
            SoakBot bot = new SoakBot(app.port(), streams / TABS_OF_A_USER);
            try (Tabs tabs = new Tabs(app.port(), bot.signAllIn())) {
                tabs.open(streams);
                tabs.awaitOpen(streams);
                bot.start(Integer.getInteger("tidings.soak.webhooks", 50));
                run(time, app, tabs);
                bot.stop();
                tabs.comeAndGo(0); // those who are away come back
                Waiting.until(() -> tabs.behind(bot.lastNumbers()) == 0, "all tabs have heard the last number");
                System.out.printf(
                        "webhooks %d, tabs that came back %d, new tabs %d%n", bot.sent(), tabs.resumed(), tabs.fresh());
                assertThat(bot.refused()).as("webhooks refused").isZero();
                assertThat(tabs.gaps()).as("gaps").isZero();
                assertThat(tabs.wrong()).as("events missed or doubled").isZero();
                assertThat(tabs.behind(bot.lastNumbers())).as("tabs behind").isZero();
                usage.assertFlat();
            }
        }
    }

    private void run(Duration time, SoakedApp app, Tabs tabs) throws Exception {
        System.out.printf(
                LINE,
                "second",
                "streams",
                "live MB",
                "RSS MB",
                "files",
                "threads",
                "delivered",
                "p50 ms",
                "p99 ms",
                "gaps",
                "wrong");
        long begin = System.nanoTime();
        long nextLook = begin;
        while (System.nanoTime() - begin < time.toNanos()) {
            if (System.nanoTime() - nextLook >= 0) {
                look(TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - begin), app, tabs);
                nextLook += time.dividedBy(LOOKS).toNanos();
            }
            tabs.comeAndGo(COME_AND_GO_PER_SECOND);
            Thread.sleep(1_000);
        }
        look(time.toSeconds(), app, tabs);
    }

    private void look(long second, SoakedApp app, Tabs tabs) throws Exception {
        Tabs.Heard heard = tabs.next();
        Usage.Sample sample =
                new Usage.Sample(app.liveBytes(), app.residentBytes(), app.files(), app.threads()); // collects
        usage.add(sample);
        System.out.printf(
                LINE,
                second,
                tabs.count(),
                sample.liveBytes() / 1_000_000,
                sample.residentBytes() / 1_000_000,
                sample.files(),
                sample.threads(),
                heard.count(),
                heard.millis(0.5),
                heard.millis(0.99),
                tabs.gaps(),
                tabs.wrong());
    }
}
