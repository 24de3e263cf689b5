package dev.tidings.example.browser;

import java.net.URI;
import java.util.List;
import java.util.stream.IntStream;

/** A tab with nothing in it but the browser client, and what the client did. */
final class ClientTab {

    // base and cap make failures quick.
    private static final String SCRIPT = """
            (async () => {
              const { SseClient } = await import('/sse/sse-client.js');
              const { tabsOf } = await import('/sse/sse-tabs.js');
              Object.assign(window, { states: [], times: [], numbers: [], gaps: [], asked: 0, share: tabsOf('alice') });
              const options = { base: 100, cap: 400, ...(%s) };
              window.client = new SseClient('/events', options);
              client.subscribe(() => {
                const { state, reason } = client.snapshot;
                const now = reason ? `${state}(${reason})` : state;
                if (states.at(-1) === now) return;
                states.push(now);
                times.push(performance.now());
              });
              client.on('number', (number) => numbers.push(number));
              client.on('stream.gap', ({ reason }) => gaps.push(reason));
              window.addEventListener('pageshow', ({ persisted }) => (window.cameFromCache = persisted));
              client.start();
            })()""";

    final Tab tab;

    private ClientTab(Tab tab) {
        this.tab = tab;
    }

    /** Opens a tab, in front, whose client starts with these options, in JavaScript. */
    static ClientTab open(Profile profile, URI server, String options) {
        Tab tab = profile.open(server.resolve("/page"));
        tab.expect("Failed to load resource"); // what a test breaks, a browser says
        tab.eval(SCRIPT.formatted(options));
        return new ClientTab(tab);
    }

    /** Waits until the client is in this state, {@code state} or {@code state(reason)}. */
    void awaitState(String state) {
        tab.await("states.at(-1) === " + Tab.quoted(state));
    }

    /** Waits until the client has been in this state. */
    void awaitPast(String state) {
        tab.await("states.includes(" + Tab.quoted(state) + ")");
    }

    /** Waits until this number has come. */
    void awaitNumber(int number) {
        tab.await("numbers.includes(" + number + ")");
    }

    /** Asks the server for something else, and waits for the answer: whatever was asked before has arrived there, too. */
    void askForSomethingElse() {
        tab.eval("fetch('/page').then(answer => answer.text())");
    }

    List<String> states() {
        return tab.eval("states").valueStream().map(state -> state.asString()).toList();
    }

    List<Integer> numbers() {
        return tab.eval("numbers").valueStream().map(number -> number.asInt()).toList();
    }

    List<String> gaps() {
        return tab.eval("gaps").valueStream().map(gap -> gap.asString()).toList();
    }

    boolean leads() {
        return tab.eval("client.snapshot.role").asString().equals("leader");
    }

    static List<Integer> upTo(int last) {
        return IntStream.rangeClosed(1, last).boxed().toList();
    }
}
