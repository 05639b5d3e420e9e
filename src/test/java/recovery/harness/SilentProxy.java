package recovery.harness;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Stands between clients and a server; when it is told to it carries nothing any more, as a network without a route, or
 * cuts every connection at once. For connections without encryption.
 */
public final class SilentProxy implements AutoCloseable {
    private final ServerSocket door = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private final RealPostgres server;
    private final AtomicBoolean silent = new AtomicBoolean();
    private final Queue<Socket> sockets = new ConcurrentLinkedQueue<>();

    public SilentProxy(RealPostgres server) throws IOException {
        this.server = server;
        start(this::accept);
    }

    public String host() {
        return door.getInetAddress().getHostAddress();
    }

    public int port() {
        return door.getLocalPort();
    }

    /** From now on bytes come and go nowhere; new connections are taken and not answered. */
    public void silence() {
        silent.set(true);
    }

    /** Ends all connections without a word; new ones are carried as before. */
    public void cut() {
        sockets.forEach(SilentProxy::end);
    }

    private void accept() {
        try {
            while (!door.isClosed()) {
                Socket client = door.accept();
                Socket target = new Socket(server.host(), server.port());
                sockets.add(client);
                sockets.add(target);
                start(() -> pump(client, target));
                start(() -> pump(target, client));
            }
        } catch (IOException e) {
            end(door);
        }
    }

    private void pump(Socket from, Socket to) {
        byte[] buffer = new byte[64 * 1024];
        try {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            for (int length = in.read(buffer); length >= 0; length = in.read(buffer)) {
                if (!silent.get()) {
                    out.write(buffer, 0, length);
                    out.flush();
                }
            }
        } catch (IOException e) {
            System.getLogger(SilentProxy.class.getName()).log(System.Logger.Level.DEBUG, "connection ended", e);
        }
        if (!silent.get()) {
            end(from);
            end(to);
        }
    }

    private static void end(AutoCloseable socket) {
        try {
            socket.close();
        } catch (Exception e) {
            throw new UncheckedIOException(new IOException(e));
        }
    }

    private static void start(Runnable work) {
        Thread thread = new Thread(work, "silent-proxy");
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void close() {
        end(door);
        cut();
    }
}
