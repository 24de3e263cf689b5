package dev.tidings.example.browser;

import dev.tidings.example.Waiting;
import dev.tidings.example.json.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/** A tab, used as a person uses it, and looked into. Errors in its console are kept, and fail its test. */
final class Tab {

    private static final long PATIENCE_SECONDS = 30;
    private static final Set<String> BAD_CALLS = Set.of("error", "assert");

    private final DevTools devTools;
    private final String target;
    private final String session;
    private final Semaphore loads = new Semaphore(0);
    private final Queue<String> problems = new ConcurrentLinkedQueue<>();
    private final List<String> expected = new CopyOnWriteArrayList<>();

    Tab(DevTools devTools, String target) {
        this.devTools = devTools;
        this.target = target;
        session = devTools.send(null, "Target.attachToTarget", Map.of("targetId", target, "flatten", true))
                .get("sessionId")
                .asString();
        devTools.listen(session, this::happened);
        for (String domain : List.of("Page", "Runtime", "Log", "Network")) {
            send(domain + ".enable", Map.of());
        }
    }

    // What a person does.

    void go(URI address) {
        loads.drainPermits();
        JsonNode result = send("Page.navigate", Map.of("url", address.toString()));
        if (result.has("errorText")) {
            throw new IllegalStateException(address + ": " + result.get("errorText"));
        }
        awaitLoad();
    }

    /** Goes to what the click leads to, and waits until it is there. */
    void follow(String selector) {
        loads.drainPermits();
        click(selector);
        awaitLoad();
    }

    void back() {
        eval("history.back()");
    }

    void reload() {
        loads.drainPermits();
        send("Page.reload", Map.of());
        awaitLoad();
    }

    /** Clicks with the mouse on the middle of an element: what covers it gets the click. */
    void click(String selector) {
        await("document.querySelector(" + quoted(selector) + ")");
        JsonNode at = eval("(() => { const e = document.querySelector(" + quoted(selector) + ");"
                + " e.scrollIntoView({block: 'center', behavior: 'instant'}); const r = e.getBoundingClientRect();"
                + " return {x: r.x + r.width / 2, y: r.y + r.height / 2}; })()");
        for (String type : List.of("mousePressed", "mouseReleased")) {
            send(
                    "Input.dispatchMouseEvent",
                    Map.of("type", type, "x", at.get("x"), "y", at.get("y"), "button", "left", "clickCount", 1));
        }
    }

    void type(String text) {
        send("Input.insertText", Map.of("text", text));
    }

    /** Presses a key, such as {@code Tab} or {@code Enter}. */
    void press(String key) {
        int code = Map.of("Tab", 9, "Enter", 13, " ", 32, "Escape", 27).get(key);
        String text = Map.of("Tab", "", "Enter", "\r", " ", " ", "Escape", "").get(key);
        send(
                "Input.dispatchKeyEvent",
                Map.of(
                        "type",
                        text.isEmpty() ? "rawKeyDown" : "keyDown",
                        "key",
                        key,
                        "code",
                        key,
                        "windowsVirtualKeyCode",
                        code,
                        "text",
                        text));
        send("Input.dispatchKeyEvent", Map.of("type", "keyUp", "key", key, "windowsVirtualKeyCode", code));
    }

    /** Comes to the front, and so hides the tab that was there. */
    void toFront() {
        devTools.send(null, "Target.activateTarget", Map.of("targetId", target));
    }

    /** Its process ends at once, with nothing said. */
    void crash() {
        devTools.tell(session, "Page.crash", Map.of());
    }

    void close() {
        devTools.send(null, "Target.closeTarget", Map.of("targetId", target));
    }

    // What the browser does.

    void freeze() {
        send("Page.setWebLifecycleState", Map.of("state", "frozen"));
    }

    void thaw() {
        send("Page.setWebLifecycleState", Map.of("state", "active"));
    }

    /** Stops its scripts in the middle of what they do, as an endless loop would. */
    void standStill() {
        send("Debugger.enable", Map.of());
        send("Debugger.pause", Map.of());
        devTools.tell(session, "Runtime.evaluate", Map.of("expression", "'the next statement'"));
    }

    void goOn() {
        send("Debugger.disable", Map.of());
    }

    void offline(boolean offline) {
        send(
                "Network.emulateNetworkConditions",
                Map.of("offline", offline, "latency", 0, "downloadThroughput", -1, "uploadThroughput", -1));
    }

    /** Makes the window as wide and high, and its user prefer dark or light. */
    void look(int width, int height, boolean dark) {
        send(
                "Emulation.setDeviceMetricsOverride",
                Map.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", width < 500));
        send(
                "Emulation.setEmulatedMedia",
                Map.of("features", List.of(Map.of("name", "prefers-color-scheme", "value", dark ? "dark" : "light"))));
    }

    // What is there.

    /** Evaluates an expression, waits for it where it is a promise, and returns its value. */
    JsonNode eval(String expression) {
        JsonNode result = send(
                "Runtime.evaluate",
                Map.of("expression", expression, "awaitPromise", true, "returnByValue", true, "userGesture", true));
        if (result.has("exceptionDetails")) {
            throw new IllegalStateException(expression + ": " + result.get("exceptionDetails"));
        }
        return result.get("result").path("value");
    }

    /** Runs a script at the start of each page from now on. */
    void onEachPage(String script) {
        send("Page.addScriptToEvaluateOnNewDocument", Map.of("source", script));
    }

    String text(String selector) {
        return eval("document.querySelector(" + quoted(selector) + ")?.innerText ?? null")
                .asString("");
    }

    /** Waits until an expression is truthy; a page that is being replaced has none. */
    void await(String condition) {
        try {
            Waiting.until(() -> isTrue(condition), condition);
        } catch (AssertionError e) {
            throw new AssertionError(e.getMessage() + "\n" + text("body") + "\n" + problems, e);
        }
    }

    /** Waits until an element has this text. */
    void awaitText(String selector, String text) {
        await("document.querySelector(" + quoted(selector) + ")?.innerText.includes(" + quoted(text) + ")");
    }

    /** What a screen reader finds: the role and the name of each thing, and how it is read out when it changes. */
    List<String> accessible() {
        return send("Accessibility.getFullAXTree", Map.of())
                .get("nodes")
                .valueStream()
                .filter(node -> !node.path("ignored").asBoolean())
                .map(Tab::spoken)
                .toList();
    }

    private static String spoken(JsonNode node) {
        String live = node.path("properties")
                .valueStream()
                .filter(property -> property.get("name").asString().equals("live"))
                .map(property -> ", " + property.at("/value/value").asString())
                .collect(Collectors.joining());
        String name = node.at("/name/value").asString("");
        return node.at("/role/value").asString("") + (name.isEmpty() ? "" : " " + name) + live;
    }

    /** From now on collects what is toasted, in {@code toasts}: toasts leave by themselves. */
    void collectToasts() {
        eval("window.toasts = []; new MutationObserver(changes => changes.forEach(({addedNodes}) =>"
                + " addedNodes.forEach(node => toasts.push(node.querySelector('p').textContent))))"
                + ".observe(document.getElementById('toasts'), {childList: true})");
    }

    /** Waits until something that contains this text has been toasted, since toasts are collected. */
    void awaitToast(String text) {
        await("toasts.some(toast => toast.includes(" + quoted(text) + "))");
    }

    void screenshot(Path file) {
        String png = send("Page.captureScreenshot", Map.of("format", "png"))
                .get("data")
                .asString();
        try {
            Files.createDirectories(file.getParent());
            Files.write(file, Base64.getDecoder().decode(png));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Expects errors in the console that contain this text. */
    Tab expect(String text) {
        expected.add(text);
        return this;
    }

    Stream<String> problems() {
        return problems.stream().filter(problem -> expected.stream().noneMatch(problem::contains));
    }

    JsonNode send(String method, Map<String, ?> parameters) {
        return devTools.send(session, method, parameters);
    }

    static String quoted(String text) {
        return Json.write(text);
    }

    private boolean isTrue(String condition) {
        try {
            return eval("!!(" + condition + ")").asBoolean();
        } catch (IllegalStateException e) {
            return false;
        }
    }

    private void awaitLoad() {
        try {
            if (!loads.tryAcquire(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                throw new AssertionError("the page does not load " + problems);
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    // On the WebSocket's thread.
    private void happened(String event, JsonNode data) {
        switch (event) {
            case "Page.loadEventFired" -> loads.release();
            case "Runtime.exceptionThrown" ->
                problems.add(data.at("/exceptionDetails/exception/description")
                        .asString(data.at("/exceptionDetails/text").asString("")));
            case "Runtime.consoleAPICalled" -> {
                if (BAD_CALLS.contains(data.get("type").asString())) {
                    problems.add(data.get("args").toString());
                }
            }
            case "Log.entryAdded" -> {
                if (data.at("/entry/level").asString().equals("error")) {
                    problems.add(data.at("/entry/text").asString() + " "
                            + data.at("/entry/url").asString(""));
                }
            }
            default -> {} // the many others
        }
    }
}
