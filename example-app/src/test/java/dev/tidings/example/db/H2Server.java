package dev.tidings.example.db;

import java.nio.file.Path;
import java.sql.SQLException;
import org.h2.tools.Server;

/** H2 as a server, in this process. */
final class H2Server {

    private H2Server() {}

    static TestDatabase.Served start(Path directory) {
        try {
            Server server = Server.createTcpServer("-tcpPort", "0", "-ifNotExists", "-baseDir", directory.toString())
                    .start();
            return new TestDatabase.Served("jdbc:h2:" + server.getURL() + "/tidings", server::stop);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }
}
