package dev.tidings.example.team;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.example.guilds.GuildTopic;
import dev.tidings.sse.Event;
import dev.tidings.sse.EventBroadcaster;
import dev.tidings.sse.Subscription;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class TeamEventsTest {

    private static final MemberEvent AWAY = new MemberEvent("7", "1", "Zoë", MemberStatus.AWAY, 5);

    @Test
    void whatHappensAmongAGuildsStaffArrivesAndNothingElse() throws Exception {
        BlockingQueue<MemberEvent> received = new LinkedBlockingQueue<>();
        try (EventBroadcaster broadcaster = EventBroadcaster.create()) {
            TeamEvents teamEvents = new TeamEvents(broadcaster);
            try (Subscription s = teamEvents.subscribeToTeam("7", received::add)) {
                s.opened().toCompletableFuture().get(30, TimeUnit.SECONDS);
                teamEvents.notifyMemberStatus(new MemberEvent("8", "1", "Zoë", MemberStatus.ONLINE, 5));
                broadcaster.publish(GuildTopic.of("7"), Event.of("ticket-created", "{}"));
                teamEvents.notifyMemberStatus(AWAY);
                assertThat(received.poll(30, TimeUnit.SECONDS)).isEqualTo(AWAY);
            }
        }
    }

    @Test
    void ofAMemberTheLastStatusIsEnough() {
        Event event = AWAY.toEvent();
        assertThat(event.key()).isEqualTo("member:1");
        assertThat(event.attributes()).containsEntry("guild", "7");
        assertThat(event.data())
                .isEqualTo("{\"type\":\"member-status\",\"guildId\":\"7\",\"memberId\":\"1\",\"name\":\"Zoë\","
                        + "\"status\":\"away\",\"timestamp\":5}");
    }
}
