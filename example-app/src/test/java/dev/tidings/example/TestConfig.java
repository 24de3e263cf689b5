package dev.tidings.example;

import dev.tidings.example.db.TestDatabase;
import java.util.Map;

/** Configurations for nodes of this process, over the kind of database that is tested. */
public final class TestConfig {

    private TestConfig() {}

    public static Config of(Map<String, String> environment) {
        return Config.from(TestDatabase.in(environment));
    }
}
