package dev.tidings.example.web;

import java.io.IOException;
import java.net.URL;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.eclipse.jetty.ee11.servlet.ResourceServlet;
import org.eclipse.jetty.ee11.servlet.ServletContextHandler;
import org.eclipse.jetty.ee11.servlet.ServletHolder;
import org.eclipse.jetty.util.resource.Resource;
import org.eclipse.jetty.util.resource.ResourceFactory;

/**
 * Files from the class path: our own under {@code /assets/}, and what libraries bring in {@code META-INF/resources}, such
 * as the browser client of sse-servlet at {@code /sse/sse-client.js}.
 */
final class StaticFiles {

    private StaticFiles() {}

    static void mount(ServletContextHandler context) throws IOException {
        ResourceFactory factory = ResourceFactory.of(context);
        context.setBaseResource(ResourceFactory.combine(libraries(factory)));
        context.addServlet(files("libraries"), "/");
        ServletHolder assets = files("assets");
        assets.setInitParameter("baseResource", own(factory).getURI().toString());
        assets.setInitParameter("pathInfoOnly", "true");
        context.addServlet(assets, "/assets/*");
    }

    private static ServletHolder files(String name) {
        ServletHolder files = new ServletHolder(name, ResourceServlet.class);
        files.setInitParameter("dirAllowed", "false");
        files.setInitParameter("etags", "true");
        files.setInitParameter("cacheControl", "no-cache"); // may be stored, must be asked for: a deploy shows at once
        return files;
    }

    private static List<Resource> libraries(ResourceFactory factory) throws IOException {
        List<Resource> roots = new ArrayList<>();
        ClassLoader loader = StaticFiles.class.getClassLoader();
        for (URL root : Collections.list(loader.getResources("META-INF/resources"))) {
            roots.add(factory.newResource(root));
        }
        return roots;
    }

    private static Resource own(ResourceFactory factory) {
        return factory.newResource(StaticFiles.class.getResource("/web"));
    }
}
