package dev.tidings.example.browser;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/** One person's browser: the tabs in it share cookies, storage, locks and channels. One tab is in front, as in a window. */
final class Profile implements AutoCloseable {

    private final DevTools devTools;
    private final String context;
    private final List<Tab> tabs = new ArrayList<>();

    Profile(DevTools devTools, String context) {
        this.devTools = devTools;
        this.context = context;
    }

    /** Opens a tab in front of the others. */
    Tab open(URI address) {
        JsonNode target =
                devTools.send(null, "Target.createTarget", Map.of("url", "about:blank", "browserContextId", context));
        Tab tab = new Tab(devTools, target.get("targetId").asString());
        tabs.add(tab);
        tab.go(address);
        return tab;
    }

    /** Closes all tabs. Fails if one of them logged an error that its test did not expect. */
    @Override
    public void close() {
        devTools.send(null, "Target.disposeBrowserContext", Map.of("browserContextId", context));
        assertThat(tabs.stream().flatMap(Tab::problems))
                .as("errors in the console")
                .isEmpty();
    }
}
