package dev.tidings.example.guilds;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.tidings.example.json.RawJson;
import dev.tidings.sse.Event;
import org.junit.jupiter.api.Test;

class GuildEventTest {

    private static final GuildEvent JOINED =
            new GuildEvent(GuildEventType.GUILD_JOINED, "7", "Owls \"&\" 🎲", 1_700_000_000_000L, null);

    @Test
    void theWireFormIsAsDocumented() {
        Event event = JOINED.toEvent();
        assertThat(event.type()).isEqualTo("guild-joined");
        assertThat(event.data())
                .isEqualTo("{\"type\":\"guild-joined\",\"guildId\":\"7\",\"guildName\":\"Owls \\\"&\\\" 🎲\","
                        + "\"timestamp\":1700000000000}");
        assertThat(event.attributes()).containsEntry("guild", "7");
    }

    @Test
    void metadataComesThroughToTheCharacter() {
        String metadata = "{ \"big\":123456789012345678901234567890, \"tiny\":-0.0,\n\"exact\":1.10, \"e\":1E400 }";
        Event event = new GuildEvent(GuildEventType.BOT_CONFIGURED, "7", "Owls", 1, new RawJson(metadata)).toEvent();
        assertThat(event.data()).endsWith(",\"timestamp\":1,\"metadata\":" + metadata + "}");
    }

    @Test
    void whatWasWrittenIsRead() {
        GuildEvent withMetadata =
                new GuildEvent(GuildEventType.SETTINGS_UPDATED, "7", "Owls", 1, new RawJson("{\"newState\":[1]}"));
        assertThat(GuildEvent.of(JOINED.toEvent())).isEqualTo(JOINED);
        assertThat(GuildEvent.of(withMetadata.toEvent())).isEqualTo(withMetadata);
    }

    @Test
    void anotherEventIsNotAboutAGuild() {
        assertThatIllegalArgumentException().isThrownBy(() -> GuildEvent.of(Event.of("refetch", "{}")));
    }

    @Test
    void aGuildWithoutANameCannotBeBuilt() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new GuildEvent(GuildEventType.GUILD_LEFT, "7", " ", 1, null));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new GuildEvent(GuildEventType.GUILD_LEFT, "a b", "Owls", 1, null))
                .withMessage("guildId must be letters, digits, hyphens and underscores");
    }

    @Test
    void aStreamOfOneGuildLetsItsEventsAndGeneralOnesPass() {
        assertThat(GuildEvents.only("7")).accepts(JOINED.toEvent()).accepts(Event.of("refetch", "{}"));
        assertThat(GuildEvents.only("8")).rejects(JOINED.toEvent());
    }
}
