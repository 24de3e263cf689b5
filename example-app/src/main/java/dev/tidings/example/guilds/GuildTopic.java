package dev.tidings.example.guilds;

import dev.tidings.sse.Topic;

/** The topic in which is what a guild's staff may know: its tickets, and who of them is there. */
public final class GuildTopic {

    /** What the names of these topics start with. */
    public static final String PREFIX = "guild:";

    /** The attribute by which a stream is narrowed to one guild. */
    public static final String ATTRIBUTE = "guild";

    private GuildTopic() {}

    /** Returns a guild's topic. */
    public static Topic of(String guildId) {
        return Topic.of("guild", guildId);
    }
}
