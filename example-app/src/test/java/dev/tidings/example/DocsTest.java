package dev.tidings.example;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.tools.Diagnostic;
import javax.tools.DiagnosticCollector;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** The Java in the README and in docs compiles, and the links between pages lead somewhere. */
class DocsTest {

    private static final Path ROOT = Path.of("..");

    /** Of the little that the pages use of containers and frameworks that are not on the class path. */
    private static final Path STUBS = Path.of("src/test/docs-stubs");

    private static final Pattern JAVA = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL);
    private static final Pattern LINK = Pattern.compile("]\\((?!https?:)([^)#]+)(#[^)]*)?\\)");

    /** What every block may use without saying so. */
    private static final String SURROUNDINGS = """
            import dev.tidings.sse.*;
            import dev.tidings.sse.micrometer.*;
            import dev.tidings.sse.redis.*;
            import dev.tidings.sse.redis.micrometer.*;
            import dev.tidings.sse.servlet.*;
            import dev.tidings.sse.spi.*;
            import dev.tidings.sse.testing.*;
            import io.micrometer.core.instrument.*;
            import jakarta.servlet.*;
            import jakarta.servlet.http.*;
            import java.time.*;
            import java.util.*;
            %s
            class Snippet {
                EventBroadcaster broadcaster;
                SseServlet events;
                ServletContext servletContext;
                HttpServletRequest request;
                HttpServletResponse response;
                MeterRegistry registry;
                %s
            }
            """;

    @TempDir
    Path classes;

    @TestFactory
    Stream<DynamicTest> theJavaOfEveryPageCompiles() {
        return pages().stream().flatMap(page -> {
            List<DynamicTest> tests = new ArrayList<>();
            Matcher blocks = JAVA.matcher(read(page));
            while (blocks.find()) {
                String block = blocks.group(1);
                String name = ROOT.relativize(page) + ", block " + (tests.size() + 1);
                tests.add(DynamicTest.dynamicTest(
                        name, () -> assertThat(errors(block)).as(block).isEmpty()));
            }
            return tests.stream();
        });
    }

    @Test
    void noLinkLeadsNowhere() {
        for (Path page : pages()) {
            Matcher links = LINK.matcher(read(page));
            while (links.find()) {
                assertThat(page.resolveSibling(links.group(1)).normalize())
                        .as(page + " links to " + links.group(1))
                        .exists();
            }
        }
    }

    @Test
    void whatDoesNotCompileIsFound() {
        assertThat(errors("broadcaster.publishh(null, null);")).hasSize(1);
    }

    private List<String> errors(String block) {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        DiagnosticCollector<JavaFileObject> found = new DiagnosticCollector<>();
        String classPath = System.getProperty("java.class.path");
        List<String> options =
                List.of("-proc:none", "-d", classes.toString(), "-cp", classPath, "-sourcepath", STUBS.toString());
        compiler.getTask(null, null, found, options, null, List.of(source(block)))
                .call();
        return found.getDiagnostics().stream()
                .filter(diagnostic -> diagnostic.getKind() == Diagnostic.Kind.ERROR)
                .map(diagnostic -> diagnostic.getMessage(Locale.ENGLISH))
                .toList();
    }

    private static JavaFileObject source(String block) {
        StringBuilder imports = new StringBuilder();
        StringBuilder rest = new StringBuilder();
        block.lines()
                .forEach(line -> (line.startsWith("import ") ? imports : rest)
                        .append(line)
                        .append('\n'));
        boolean members = Pattern.compile("^(class|record|interface|final class|@)", Pattern.MULTILINE)
                .matcher(rest)
                .find();
        String inner = members ? rest.toString() : "void snippet() throws Exception {\n" + rest + "\n}";
        String source = String.format(SURROUNDINGS, imports, inner);
        return new SimpleJavaFileObject(URI.create("string:///Snippet.java"), JavaFileObject.Kind.SOURCE) {
            @Override
            public CharSequence getCharContent(boolean ignoreEncodingErrors) {
                return source;
            }
        };
    }

    private static List<Path> pages() {
        try (Stream<Path> docs = Files.walk(ROOT.resolve("docs"))) {
            return Stream.concat(Stream.of(ROOT.resolve("README.md"), ROOT.resolve("CHANGELOG.md")), docs)
                    .filter(path -> path.toString().endsWith(".md"))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String read(Path page) {
        try {
            return Files.readString(page);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
