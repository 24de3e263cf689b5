package dev.tidings.sse.redis;

import redis.clients.jedis.HostAndPort;

/**
 * A server that this node deals with, and the links to it.
 *
 * @param server where it is
 * @param appends sends events
 * @param reads asks
 * @param follows hears
 */
record Master(HostAndPort server, AppendLink appends, ReadLink reads, FollowLink follows) {

    void start() {
        appends.start();
        reads.start();
        follows.start();
    }

    /** Lets go of it in peace: what is under way is answered, what waits goes elsewhere. */
    void close() {
        appends.close();
        reads.close();
        follows.close();
    }

    /** Has all links connect anew, to whom the address leads to by now. */
    void reconnect() {
        appends.reconnect();
        reads.reconnect();
        follows.reconnect();
    }

    /** Ends all connections now. */
    void cut() {
        appends.cut();
        reads.close();
        follows.close();
    }

    void join(long millis) throws InterruptedException {
        appends.join(millis);
        reads.join(millis);
        follows.join(millis);
    }
}
