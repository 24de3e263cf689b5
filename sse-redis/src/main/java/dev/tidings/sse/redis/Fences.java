package dev.tidings.sse.redis;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.Protocol.Command;
import redis.clients.jedis.exceptions.JedisDataException;

/**
 * Has servers end the connections that this node has given up. What was sent on one of these may still be on its way, and
 * be carried out after it was sent again, or undone, on the next one.
 *
 * <p>Remembers the last connection of each link, also where the link itself is made anew. Thread-safe.
 */
final class Fences {

    private static final Logger LOG = System.getLogger(Fences.class.getName());
    private static final byte[] INFO = Connector.ascii("INFO");
    private static final byte[] KILL = Connector.ascii("KILL");
    private static final byte[] ID = Connector.ascii("ID");
    private static final byte[] ADDR = Connector.ascii("ADDR");

    private record Link(HostAndPort server, String name) {}

    private final Map<Link, ClientAddress> last = new ConcurrentHashMap<>();

    /**
     * Puts a new connection in the place of a link's last one, which is ended: nothing that was sent on it is carried out
     * from now on. False if the server does not allow that.
     *
     * @throws redis.clients.jedis.exceptions.JedisException if the new connection is of no use
     */
    boolean replace(HostAndPort server, String name, Wire opened) {
        Link link = new Link(server, name);
        ClientAddress ended = last.get(link);
        boolean fenced = ended == null || end(server, ended, opened);
        remember(link, opened);
        return fenced;
    }

    private static boolean end(HostAndPort server, ClientAddress ended, Wire opened) {
        // By its address, too: after a restart of the server the number is somebody else's.
        opened.send(Command.CLIENT, KILL, ID, Connector.ascii(ended.id()), ADDR, Connector.ascii(ended.address()));
        Object answer = opened.answers(1).get(0);
        if (!(answer instanceof JedisDataException error)) {
            return true;
        }
        if (Refusal.of(error) != Refusal.FINAL) {
            throw error; // busy, say: without the fence this connection is of no use
        }
        LOG.log(
                Level.ERROR,
                "{0} does not allow CLIENT KILL ({1}): an event that is sent again may arrive twice",
                server,
                Answers.code(error));
        return false;
    }

    private void remember(Link link, Wire opened) {
        opened.send(Command.CLIENT, INFO);
        Object answer = opened.answers(1).get(0);
        if (answer instanceof JedisDataException error && Refusal.of(error) != Refusal.FINAL) {
            throw error; // or the last connection would be forgotten, and this one not known
        }
        ClientAddress address = ClientAddress.of(answer);
        if (address != null) {
            last.put(link, address);
        } else {
            last.remove(link);
            LOG.log(
                    Level.ERROR,
                    "{0} does not allow CLIENT INFO: an event that is sent again may arrive twice",
                    link.server());
        }
    }
}
