package dev.tidings.example.soak;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.example.Waiting;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The application under its everyday load for a long time: webhooks at a steady rate, pages that come and go, and once a
 * minute a line of what it takes by then. {@code -Dtidings.soak.minutes}, {@code .streams} and {@code .webhooks} (a second)
 * say how much.
 */
@Tag("soak")
class SoakTest {

    private static final int TABS_OF_A_USER = 4;
    private static final int COME_AND_GO_PER_SECOND = 20;
    private static final String LINE = "%6s %8s %8s %8s %6s %8s %10s %8s %8s %6s %6s%n";

    @TempDir
    private Path directory;

    @Test
    void noPageMissesAnythingHoweverLongItRuns() throws Exception {
        Duration time = Duration.ofMinutes(Integer.getInteger("tidings.soak.minutes", 20));
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
                print(time.toMinutes(), app, tabs);
                System.out.printf(
                        "webhooks %d, tabs that came back %d, new tabs %d%n", bot.sent(), tabs.resumed(), tabs.fresh());
                assertThat(bot.refused()).as("webhooks refused").isZero();
                assertThat(tabs.gaps()).as("gaps").isZero();
                assertThat(tabs.wrong()).as("events missed or doubled").isZero();
                assertThat(tabs.behind(bot.lastNumbers())).as("tabs behind").isZero();
            }
        }
    }

    private static void run(Duration time, SoakedApp app, Tabs tabs) throws Exception {
        System.out.printf(
                LINE,
                "minute",
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
        long end = System.nanoTime() + time.toNanos();
        long nextLine = System.nanoTime();
        for (long minute = 0; System.nanoTime() < end; ) {
            if (System.nanoTime() >= nextLine) {
                print(minute++, app, tabs);
                nextLine += Duration.ofMinutes(1).toNanos();
            }
            tabs.comeAndGo(COME_AND_GO_PER_SECOND);
            Thread.sleep(1_000);
        }
    }

    private static void print(long minute, SoakedApp app, Tabs tabs) throws Exception {
        Tabs.Heard heard = tabs.next();
        System.out.printf(
                LINE,
                minute,
                tabs.count(),
                app.liveBytes() / 1_000_000, // collects
                app.residentBytes() / 1_000_000,
                app.files(),
                app.threads(),
                heard.count(),
                heard.millis(0.5),
                heard.millis(0.99),
                tabs.gaps(),
                tabs.wrong());
    }
}
