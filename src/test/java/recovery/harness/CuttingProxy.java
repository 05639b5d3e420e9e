package recovery.harness;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Stands between a client and a server and cuts the connection at a word that the client says, as a network may. For
 * connections without encryption.
 */
public final class CuttingProxy implements AutoCloseable {
    /** What becomes of the word at which it cuts, and of connections after it. */
    public enum Cut {
        WORD_IS_LOST,
        WORD_ARRIVES,
        WORD_ARRIVES_AND_NOBODY_ANSWERS_AFTER
    }

    private final ServerSocket door = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private final RealPostgres server;
    private final String word;
    private final Cut cut;
    private final AtomicInteger left;

    /** Cuts at the time number {@code occurrence} that {@code word} passes by. */
    public CuttingProxy(RealPostgres server, String word, int occurrence, Cut cut) throws IOException {
        this.server = server;
        this.word = word;
        this.cut = cut;
        this.left = new AtomicInteger(occurrence);
        start(this::accept);
    }

    public String host() {
        return door.getInetAddress().getHostAddress();
    }

    public int port() {
        return door.getLocalPort();
    }

    private void accept() {
        try {
            while (!door.isClosed()) {
                Socket client = door.accept();
                Socket target = new Socket(server.host(), server.port());
                start(() -> pump(client, target, true));
                start(() -> pump(target, client, false));
            }
        } catch (IOException e) {
            closeDoor();
        }
    }

    private void pump(Socket from, Socket to, boolean listening) {
        try (from;
                to) {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            byte[] buffer = new byte[64 * 1024];
            for (int length = in.read(buffer); length >= 0; length = in.read(buffer)) {
                boolean said = listening && new String(buffer, 0, length, ISO_8859_1).contains(word);
                boolean last = said && left.decrementAndGet() == 0;
                if (last) {
                    if (cut == Cut.WORD_ARRIVES_AND_NOBODY_ANSWERS_AFTER) {
                        // before the client knows, which comes back at once
                        closeDoor();
                    }
                    // before the word arrives, so that no answer reaches the client any more
                    from.close();
                }
                if (!last || cut != Cut.WORD_IS_LOST) {
                    out.write(buffer, 0, length);
                    out.flush();
                }
                if (last) {
                    return;
                }
            }
        } catch (IOException e) {
            // the other direction was cut or ended, and takes this one with it
            System.getLogger(CuttingProxy.class.getName()).log(System.Logger.Level.DEBUG, "connection ended", e);
        }
    }

    private static void start(Runnable work) {
        Thread thread = new Thread(work, "cutting-proxy");
        thread.setDaemon(true);
        thread.start();
    }

    private void closeDoor() {
        try {
            door.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        closeDoor();
    }
}
