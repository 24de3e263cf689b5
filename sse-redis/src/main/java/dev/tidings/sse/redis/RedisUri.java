package dev.tidings.sse.redis;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.HostAndPort;

/**
 * Where Redis is, as one line of configuration says it. No message holds the password.
 *
 * @param kind what stands at the hosts
 * @param tls whether connections are encrypted
 * @param user the ACL user, null for the default one
 * @param password null for none
 * @param hosts at least one
 * @param database 0 in a cluster
 * @param masterName the name that the sentinels know the master by; null for the other kinds
 */
record RedisUri(
        Kind kind,
        boolean tls,
        @Nullable String user,
        @Nullable String password,
        List<HostAndPort> hosts,
        int database,
        @Nullable String masterName) {

    enum Kind {
        STANDALONE("redis", 6379),
        SENTINEL("redis-sentinel", 26379),
        CLUSTER("redis-cluster", 6379);

        private final String scheme;
        private final int defaultPort;

        Kind(String scheme, int defaultPort) {
            this.scheme = scheme;
            this.defaultPort = defaultPort;
        }
    }

    private static final Pattern FORM = Pattern.compile(
            "(?<scheme>[a-z-]+)://(?:(?<login>[^@/?#]*)@)?(?<hosts>[^/?#@]+)(?:/(?<database>\\d{0,5}))?(?:\\?master=(?<master>[^&#]+))?");
    private static final Pattern HOST =
            Pattern.compile("(?<name>\\[[0-9a-fA-F:.]+]|[^:\\[\\]]+)(?::(?<port>\\d{1,5}))?");
    private static final Pattern PASSWORD = Pattern.compile("//.*@");

    RedisUri {
        Objects.requireNonNull(kind, "kind");
        hosts = List.copyOf(hosts);
    }

    /**
     * Reads a URI.
     *
     * @throws IllegalArgumentException if it is none of these
     */
    static RedisUri parse(String uri) {
        Matcher form = FORM.matcher(uri);
        if (!form.matches()) {
            throw bad(uri, "must be like redis://user:password@host:6379/0");
        }
        String scheme = form.group("scheme");
        Kind kind = kind(uri, scheme);
        List<HostAndPort> hosts = hosts(uri, kind, form.group("hosts"));
        String database = form.group("database");
        int number = database == null || database.isEmpty() ? 0 : Integer.parseInt(database);
        String master = decoded(uri, form.group("master"));
        check(uri, kind, hosts, number, master);
        String login = form.group("login");
        int colon = login == null ? -1 : login.indexOf(':');
        String user = login == null ? null : colon < 0 ? login : login.substring(0, colon);
        String password = login == null || colon < 0 ? null : login.substring(colon + 1);
        return new RedisUri(
                kind,
                scheme.startsWith("rediss"),
                blankToNull(decoded(uri, user)),
                blankToNull(decoded(uri, password)),
                hosts,
                number,
                master);
    }

    /** Names the hosts, not the login. */
    @Override
    public String toString() {
        return (tls ? kind.scheme.replaceFirst("redis", "rediss") : kind.scheme) + "://" + hosts;
    }

    private static Kind kind(String uri, String scheme) {
        String plain = scheme.replaceFirst("^rediss", "redis");
        for (Kind kind : Kind.values()) {
            if (kind.scheme.equals(plain)) {
                return kind;
            }
        }
        throw bad(uri, "must begin with redis://, redis-sentinel:// or redis-cluster://, or rediss for TLS");
    }

    private static List<HostAndPort> hosts(String uri, Kind kind, String listed) {
        List<HostAndPort> hosts = new ArrayList<>();
        for (String each : listed.split(",", -1)) {
            Matcher host = HOST.matcher(each);
            if (!host.matches()) {
                throw bad(uri, "must name its hosts as host:port, separated by commas");
            }
            String port = host.group("port");
            int number = port == null ? kind.defaultPort : Integer.parseInt(port);
            if (number < 1 || number > 65535) {
                throw bad(uri, "must have ports from 1 to 65535");
            }
            hosts.add(new HostAndPort(host.group("name").replaceAll("[\\[\\]]", ""), number));
        }
        return hosts;
    }

    private static void check(String uri, Kind kind, List<HostAndPort> hosts, int database, @Nullable String master) {
        if (kind == Kind.STANDALONE && hosts.size() > 1) {
            throw bad(uri, "must name one host; several are for redis-sentinel:// and redis-cluster://");
        }
        if (kind == Kind.CLUSTER && database != 0) {
            throw bad(uri, "must not name a database: a cluster has only 0");
        }
        if ((kind == Kind.SENTINEL) != (master != null)) {
            throw bad(uri, "must name a master by ?master=NAME for redis-sentinel://, and only there");
        }
    }

    private static @Nullable String decoded(String uri, @Nullable String text) {
        try {
            // A plus is a plus here, not a space: passwords are full of them.
            return text == null ? null : URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw bad(uri, "must have hexadecimal digits after every %");
        }
    }

    private static @Nullable String blankToNull(@Nullable String text) {
        return text == null || text.isEmpty() ? null : text;
    }

    private static IllegalArgumentException bad(String uri, String rule) {
        // Up to the last @, also where that is no login: better too little of it in a log than a password.
        return new IllegalArgumentException(
                "Redis URI " + rule + ", was " + PASSWORD.matcher(uri).replaceFirst("//***@"));
    }
}
