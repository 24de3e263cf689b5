package dev.tidings.example.soak;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * All pages. They are read by one thread; those that go are chosen by the caller of {@link #comeAndGo}, and half of them
 * come back to where they were, a while later, while the others begin anew at once.
 */
final class Tabs implements AutoCloseable, Tab.Listener {

    private static final long SHORTEST_ABSENCE_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final long LONGEST_ABSENCE_NANOS = TimeUnit.SECONDS.toNanos(10);

    private final InetSocketAddress server;
    private final String[] cookies;
    private final Selector selector = Selector.open();
    private final Random random = new Random(1);
    private final Thread thread = new Thread(this::run, "tabs");
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(64 << 10);
    private final Map<Tab, SocketChannel> connections = new ConcurrentHashMap<>();
    private final Queue<Absence> away = new ConcurrentLinkedQueue<>();
    private final AtomicLong opens = new AtomicLong();
    private final AtomicLong resumed = new AtomicLong();
    private final AtomicLong fresh = new AtomicLong();
    private final AtomicLong gaps = new AtomicLong();
    private final AtomicLong wrong = new AtomicLong();
    private volatile Heard heard = new Heard();
    private volatile boolean closed;

    private record Absence(Tab tab, long untilNanos) {}

    Tabs(int port, String[] cookies) throws IOException {
        this.server = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
        this.cookies = cookies;
        thread.setDaemon(true);
        thread.start();
    }

    void open(int count) throws IOException {
        for (int i = 0; i < count; i++) {
            connect(new Tab(i % cookies.length));
        }
    }

    void awaitOpen(int count) throws InterruptedException {
        while (opens.get() < count) {
            Thread.sleep(100);
        }
    }

    /** Closes so many tabs, and opens those whose time has come. */
    void comeAndGo(int count) throws IOException {
        List<Tab> open = new ArrayList<>(connections.keySet());
        for (int i = 0; i < count; i++) {
            Tab tab = open.get(random.nextInt(open.size()));
            SocketChannel channel = connections.remove(tab);
            if (channel == null) {
                continue; // chosen twice
            }
            channel.close();
            if (i % 2 == 0) {
                long absence = SHORTEST_ABSENCE_NANOS
                        + (long) (random.nextDouble() * (LONGEST_ABSENCE_NANOS - SHORTEST_ABSENCE_NANOS));
                away.add(new Absence(tab, System.nanoTime() + absence));
            } else {
                fresh.incrementAndGet();
                connect(new Tab(tab.user));
            }
        }
        for (Absence absence : away) {
            if (absence.untilNanos() - System.nanoTime() <= 0 || count == 0) {
                away.remove(absence);
                resumed.incrementAndGet();
                connect(absence.tab());
            }
        }
    }

    int count() {
        return connections.size();
    }

    long resumed() {
        return resumed.get();
    }

    long fresh() {
        return fresh.get();
    }

    long gaps() {
        return gaps.get();
    }

    /** Returns how often a number was not the one after the last. */
    long wrong() {
        return wrong.get();
    }

    /** Returns how many tabs have not heard the last number, of those that have heard any. */
    long behind(long[] lastNumbers) {
        return connections.keySet().stream()
                .filter(tab -> tab.lastNumber >= 0 && tab.lastNumber != lastNumbers[tab.user])
                .count();
    }

    /** Begins to count anew, and returns what was heard until now. */
    Heard next() {
        Heard before = heard;
        heard = new Heard();
        return before;
    }

    @Override
    public void opened(Tab tab) {
        opens.incrementAndGet();
    }

    @Override
    public void numbered(Tab tab, long number, long sentNanos) {
        if (tab.lastNumber >= 0 && number != tab.lastNumber + 1) {
            wrong.incrementAndGet();
        }
        tab.lastNumber = number;
        heard.add(tab.wasOpenAt(sentNanos), System.nanoTime() - sentNanos);
    }

    @Override
    public void control(Tab tab, String type, String data) {
        if (type.equals("stream.gap")) {
            gaps.incrementAndGet();
        }
    }

    @Override
    public void close() throws IOException {
        closed = true;
        selector.close();
        for (SocketChannel channel : connections.values()) {
            channel.close();
        }
    }

    private void connect(Tab tab) throws IOException {
        SocketChannel channel = SocketChannel.open(server);
        channel.write(ByteBuffer.wrap(tab.request(cookies[tab.user])));
        channel.configureBlocking(false);
        tab.connectionEnded();
        connections.put(tab, channel);
        channel.register(selector, SelectionKey.OP_READ, tab);
        selector.wakeup();
    }

    private void run() {
        try {
            while (!closed) {
                selector.select(100);
                for (SelectionKey key : selector.selectedKeys()) {
                    read(key);
                }
                selector.selectedKeys().clear();
            }
        } catch (ClosedSelectorException e) {
            // The end.
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void read(SelectionKey key) throws IOException {
        Tab tab = (Tab) key.attachment();
        SocketChannel channel = (SocketChannel) key.channel();
        buffer.clear();
        int count = key.isValid() && channel.isOpen() ? readSome(channel) : 0;
        buffer.flip();
        tab.read(buffer, this);
        if (count < 0) {
            key.cancel();
            channel.close();
            if (connections.remove(tab, channel)) { // the server ended it: as a browser would, it comes back
                away.add(new Absence(tab, System.nanoTime() + SHORTEST_ABSENCE_NANOS));
            }
        }
    }

    private int readSome(SocketChannel channel) {
        try {
            return channel.read(buffer);
        } catch (IOException e) { // closed by the other thread meanwhile, or reset
            return 0;
        }
    }

    /** What came, and how long it took where somebody was there to hear it. */
    static final class Heard {

        private static final int STEPS_PER_MILLI = 10;

        private final long[] counts = new long[100_000];
        private long count; // written by the thread that reads

        void add(boolean live, long nanos) {
            count++;
            if (!live) {
                return;
            }
            int index = (int) Math.min(counts.length - 1L, nanos * STEPS_PER_MILLI / 1_000_000);
            counts[index]++;
        }

        long count() {
            return count;
        }

        double millis(double share) {
            long left = (long) Math.ceil(Arrays.stream(counts).sum() * share);
            for (int i = 0; i < counts.length; i++) {
                left -= counts[i];
                if (left <= 0) {
                    return (i + 1.0) / STEPS_PER_MILLI;
                }
            }
            return Double.NaN;
        }
    }
}
