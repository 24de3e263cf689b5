package dev.tidings.sse.delivery;

/**
 * Names a stream on all nodes.
 *
 * @param node unlike every other node's
 * @param number counts the streams of the node
 */
record StreamId(String node, long number) {

    /** Tells whether this is the id with that text; of the many that are asked, few have to write themselves out. */
    boolean is(String text) {
        return text.startsWith(node) && text.equals(toString());
    }

    @Override
    public String toString() {
        return node + ":" + number;
    }
}
