package dev.tidings.example.hostile;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The routes that docs/example.md lists: whatever is added there is attacked, too. */
final class DocumentedRoutes {

    private static final Pattern ROUTE = Pattern.compile("`(GET|POST|PUT|DELETE) (/[^`]*)`");
    private static final Pattern CHOICE = Pattern.compile("\\{([^}]*)}");

    /** A method and a path, in which words in capitals stand for anything. */
    record Route(String method, String path) {

        /** Returns the path with a text in the place of each word in capitals. */
        String with(String segment) {
            return path.replaceAll("\\b[A-Z]+\\b", Matcher.quoteReplacement(segment));
        }
    }

    private DocumentedRoutes() {}

    static List<Route> read() throws IOException {
        String table = Files.readString(Path.of("../docs/example.md"))
                .split("## Routes", -1)[1]
                .split("\n## ", -1)[0];
        List<Route> routes = new ArrayList<>();
        Matcher route = ROUTE.matcher(table);
        while (route.find()) {
            for (String path : choices(route.group(2))) {
                routes.add(new Route(route.group(1), path));
            }
        }
        return routes;
    }

    private static List<String> choices(String path) {
        Matcher choice = CHOICE.matcher(path);
        if (!choice.find()) {
            return List.of(path);
        }
        List<String> paths = new ArrayList<>();
        for (String each : choice.group(1).split(",", -1)) {
            paths.add(choice.replaceFirst(Matcher.quoteReplacement(each)));
        }
        return paths;
    }
}
