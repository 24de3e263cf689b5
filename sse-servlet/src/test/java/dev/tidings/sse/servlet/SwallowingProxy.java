package dev.tidings.sse.servlet;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.CountDownLatch;

/**
 * Something in the middle that loses one side: from a moment on it takes nothing more from the server and says nothing to
 * it, while the client is long gone. The server's connection stays open.
 */
final class SwallowingProxy implements AutoCloseable {

    private final ServerSocket listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
    private final Socket server = new Socket();
    private final CountDownLatch swallowing = new CountDownLatch(1);
    private final Thread thread;

    SwallowingProxy(int serverPort) throws IOException {
        server.setReceiveBufferSize(1024);
        server.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), serverPort));
        thread = new Thread(this::run, "swallowing proxy");
        thread.start();
    }

    int port() {
        return listener.getLocalPort();
    }

    /** Returns when the client has gone and its connection with it, of which the server learns nothing. */
    void awaitSwallowing() throws InterruptedException {
        swallowing.await();
    }

    @Override
    public void close() throws IOException, InterruptedException {
        listener.close();
        server.close();
        thread.join();
    }

    private void run() {
        try (Socket client = listener.accept()) {
            copy(client.getInputStream());
            InputStream answer = server.getInputStream();
            byte[] bytes = new byte[512];
            for (int read = answer.read(bytes); read >= 0; read = answer.read(bytes)) {
                client.getOutputStream().write(bytes, 0, read);
            }
        } catch (IOException clientIsGone) {
            swallowing.countDown();
        }
    }

    /** Passes on a request, up to the empty line. */
    private void copy(InputStream request) throws IOException {
        int newlines = 0;
        while (newlines < 2) {
            int b = request.read();
            server.getOutputStream().write(b);
            newlines = b == '\n' ? newlines + 1 : b == '\r' ? newlines : 0;
        }
    }
}
