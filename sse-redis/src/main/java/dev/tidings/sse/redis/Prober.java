package dev.tidings.sse.redis;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import redis.clients.jedis.Protocol.Command;

/**
 * Sends a word to each master from time to time, which this node hears if all is well, and asks it whether it still is one.
 * A connection that hears nothing for long is given up by its reader; so a server that has gone silent is found, and so is
 * one that is a replica by now.
 */
final class Prober {

    private static final Logger LOG = System.getLogger(Prober.class.getName());

    private final Masters masters;
    private final Reads reads;
    private final Keys keys;
    private final String node;

    Prober(Masters masters, Reads reads, Keys keys, String node) {
        this.masters = masters;
        this.reads = reads;
        this.keys = keys;
        this.node = node;
    }

    void probe() {
        masters.serving().forEach(this::probe);
    }

    private void probe(Master master) {
        int partition = masters.partitionOf(master.server());
        if (partition < 0) {
            return;
        }
        master.follows().lookAfterProbe();
        reads.ask(new Question(partition, Command.HELLO)).thenAccept(hello -> {
            ServerState state = ServerState.of(hello);
            if (state.isMaster()) {
                speak(partition, state);
            } else {
                LOG.log(Level.WARNING, "{0} is not a master any more", master.server());
                masters.refresh();
                master.reconnect();
            }
        });
    }

    private void speak(int partition, ServerState state) {
        byte[] channel = Connector.ascii(keys.probe(partition, node));
        byte[] now = Connector.ascii(Long.toString(System.nanoTime()));
        reads.tell(new Question(partition, state.isSharded() ? Command.SPUBLISH : Command.PUBLISH, channel, now));
    }
}
