package dev.tidings.example.db;

import java.util.Locale;

/** The settings without which H2 would not keep the promises of this application. */
final class H2Url {

    private static final String PREFIX = "jdbc:h2:";

    private H2Url() {}

    static boolean isOne(String url) {
        return url.startsWith(PREFIX);
    }

    static String complete(String url) {
        if (!isOne(url)) {
            return url;
        }
        // A commit is on its way to the disk when it returns, not half a second later: it must survive kill -9.
        String complete = with(url, "WRITE_DELAY", "0");
        // Whoever waits for a row waits behind all who came before, and a webhook that is not waited for is refused:
        // H2's own two seconds are over where a machine is busy.
        complete = with(complete, "LOCK_TIMEOUT", "10000");
        // Closing is ours: H2's own shutdown hook would run beside ours, while requests are still being served.
        // H2 does not allow that for a database that other processes reach through this one.
        return isShared(complete) ? complete : with(complete, "DB_CLOSE_ON_EXIT", "FALSE");
    }

    private static boolean isShared(String url) {
        return url.toUpperCase(Locale.ROOT).contains(";AUTO_SERVER=TRUE");
    }

    private static String with(String url, String setting, String value) {
        boolean given = url.toUpperCase(Locale.ROOT).contains(";" + setting + "=");
        return given ? url : url + ";" + setting + "=" + value;
    }
}
