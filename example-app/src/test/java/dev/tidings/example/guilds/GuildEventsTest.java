package dev.tidings.example.guilds;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.example.json.RawJson;
import dev.tidings.sse.EventBroadcaster;
import dev.tidings.sse.Subscription;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class GuildEventsTest {

    private final EventBroadcaster broadcaster = EventBroadcaster.create();
    private final GuildEvents guildEvents = new GuildEvents(broadcaster);
    private final BlockingQueue<GuildEvent> received = new LinkedBlockingQueue<>();

    @AfterEach
    void close() {
        broadcaster.close();
    }

    @Test
    void aUsersEventsArriveInOrderAndNobodyElses() throws Exception {
        try (Subscription s = guildEvents.subscribeToUserEvents("1", received::add)) {
            opened(s);
            guildEvents.notifyGuildJoined("2", "9", "Other");
            guildEvents.notifyGuildJoined("1", "7", "Owls");
            guildEvents.notifyBotConfigured("1", "7", "Owls", new RawJson("{\"newState\":\"on\"}"));
            guildEvents.notifySettingsUpdated("1", "8", "Larks");
            guildEvents.notifyGuildLeft("1", "7", "Owls");
            assertThat(next().type()).isEqualTo(GuildEventType.GUILD_JOINED);
            assertThat(next().metadata()).isEqualTo(new RawJson("{\"newState\":\"on\"}"));
            assertThat(next().guildName()).isEqualTo("Larks");
            assertThat(next().type()).isEqualTo(GuildEventType.GUILD_LEFT);
        }
    }

    @Test
    void oneGuildsEventsArriveAndNoOthers() throws Exception {
        try (Subscription s = guildEvents.subscribeToGuildEvents("1", "7", received::add)) {
            opened(s);
            guildEvents.notifyGuildJoined("1", "8", "Larks");
            guildEvents.notifyGuildJoined("1", "7", "Owls");
            assertThat(next().guildName()).isEqualTo("Owls");
        }
    }

    @Test
    void nothingArrivesAfterClose() throws Exception {
        Subscription closed = guildEvents.subscribeToUserEvents("1", received::add);
        opened(closed);
        closed.close();
        BlockingQueue<GuildEvent> others = new LinkedBlockingQueue<>();
        try (Subscription s = guildEvents.subscribeToUserEvents("1", others::add)) {
            opened(s);
            guildEvents.notifyGuildJoined("1", "7", "Owls");
            assertThat(others.poll(30, TimeUnit.SECONDS)).isNotNull();
            assertThat(received).isEmpty();
        }
    }

    private GuildEvent next() throws InterruptedException {
        return received.poll(30, TimeUnit.SECONDS);
    }

    private static void opened(Subscription subscription) throws Exception {
        subscription.opened().toCompletableFuture().get(30, TimeUnit.SECONDS);
    }
}
