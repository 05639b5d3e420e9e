package recovery.harness;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Stands between clients and a server and does to their connections what networks do: it cuts, resets, delays and stalls
 * them, when it is told to or at a word that a client says. For connections without encryption.
 */
public final class FaultyNetwork implements AutoCloseable {
    /** Which of the two directions. */
    public enum Way {
        TO_SERVER,
        TO_CLIENT
    }

    /** What becomes of the connection on which the word was said. */
    private enum End {
        CUT,
        RESET,
        STALL
    }

    /** What happens at the word. */
    public enum Fault {
        CUT_AND_WORD_LOST(false, End.CUT, false),
        CUT_AFTER_WORD(true, End.CUT, false),
        /** Nobody takes new connections any more. */
        CUT_AFTER_WORD_FOR_EVER(true, End.CUT, true),
        RESET_AND_WORD_LOST(false, End.RESET, false),
        RESET_AFTER_WORD(true, End.RESET, false),
        /** This connection alone; others are carried. */
        STALL_BEFORE_WORD(false, End.STALL, false),
        STALL_AFTER_WORD(true, End.STALL, false),
        STALL_ALL_BEFORE_WORD(false, End.STALL, true),
        STALL_ALL_AFTER_WORD(true, End.STALL, true);

        private final boolean arrives;
        private final End end;
        private final boolean forAll;

        Fault(boolean arrives, End end, boolean forAll) {
            this.arrives = arrives;
            this.end = end;
            this.forAll = forAll;
        }
    }

    private record Trigger(String word, AtomicInteger left, Fault fault) {}

    private final ServerSocket door = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private final RealPostgres server;
    private final Optional<Trigger> trigger;
    private final CountDownLatch happened = new CountDownLatch(1);
    private final Queue<Link> links = new ConcurrentLinkedQueue<>();
    private final Set<Way> stalled = EnumSet.noneOf(Way.class);
    private final Map<Way, Duration> delays = new EnumMap<>(Way.class);

    /** Carries everything until it is told otherwise. */
    public FaultyNetwork(RealPostgres server) throws IOException {
        this(server, Optional.empty());
    }

    /** Has the fault at the time number {@code occurrence} that a client says {@code word}. */
    public FaultyNetwork(RealPostgres server, String word, int occurrence, Fault fault) throws IOException {
        this(server, Optional.of(new Trigger(word, new AtomicInteger(occurrence), fault)));
    }

    private FaultyNetwork(RealPostgres server, Optional<Trigger> trigger) throws IOException {
        this.server = server;
        this.trigger = trigger;
        start(this::accept);
    }

    public String host() {
        return door.getInetAddress().getHostAddress();
    }

    public int port() {
        return door.getLocalPort();
    }

    /** The server as it is seen through this network. */
    public RealPostgres server() {
        return server.at(host(), port());
    }

    /** From now on bytes are held back on both ways; new connections are taken and not answered. */
    public void stall() {
        stall(Way.TO_SERVER);
        stall(Way.TO_CLIENT);
    }

    public synchronized void stall(Way way) {
        stalled.add(way);
    }

    /** Each piece is so much later. */
    public synchronized void delay(Way way, Duration duration) {
        delays.put(way, duration);
    }

    /** What was held back goes on its way, unless the connection was ended meanwhile. */
    public synchronized void heal() {
        stalled.clear();
        delays.clear();
        links.forEach(link -> link.held = false);
        notifyAll();
    }

    /** Ends all connections without a word; new ones are carried as before. */
    public void cut() {
        links.forEach(Link::end);
    }

    /** As {@link #cut}, and by the packet that says so at once and loudly. */
    public void reset() {
        links.forEach(Link::reset);
    }

    /** Waits until the word was said and its fault has happened. */
    public boolean awaitFault(Duration limit) throws InterruptedException {
        return happened.await(limit.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void accept() {
        try {
            while (!door.isClosed()) {
                Socket client = door.accept();
                if (door.isClosed()) {
                    // the system may hand out one more that came in the very moment
                    end(client);
                    return;
                }
                start(() -> connect(client));
            }
        } catch (IOException e) {
            end(door);
        }
    }

    private void connect(Socket client) {
        Link link = new Link(client);
        links.add(link);
        try {
            link.awaitCarried(Way.TO_SERVER);
            link.target = new Socket(server.host(), server.port());
            start(() -> link.pump(link.target, client, Way.TO_CLIENT));
            link.pump(client, link.target, Way.TO_SERVER);
        } catch (IOException e) {
            // no server there, so nobody for the client either
            link.end();
        }
    }

    /** One connection of a client and its continuation to the server. */
    private final class Link {
        private final Socket client;
        private volatile Socket target = new Socket();
        private boolean held;

        Link(Socket client) {
            this.client = client;
        }

        void pump(Socket from, Socket to, Way way) {
            byte[] buffer = new byte[64 * 1024];
            try {
                InputStream in = from.getInputStream();
                OutputStream out = to.getOutputStream();
                for (int length = in.read(buffer); length >= 0; length = in.read(buffer)) {
                    Optional<Fault> fault = way == Way.TO_SERVER ? fault(buffer, length) : Optional.empty();
                    if (fault.isPresent()) {
                        happen(fault.get(), buffer, length, out);
                    } else {
                        awaitCarried(way);
                        write(buffer, length, out);
                    }
                }
                awaitCarried(way);
            } catch (IOException e) {
                // the other direction was cut or ended, and takes this one with it
                System.getLogger(FaultyNetwork.class.getName()).log(System.Logger.Level.DEBUG, "connection ended", e);
            }
            end();
        }

        private void happen(Fault fault, byte[] buffer, int length, OutputStream out) throws IOException {
            if (fault.end == End.STALL) {
                if (fault.arrives) {
                    // before the word arrives, so that no answer to it reaches the client
                    hold(fault);
                    write(buffer, length, out);
                    happened.countDown();
                    return;
                }
                hold(fault);
                happened.countDown();
                awaitCarried(Way.TO_SERVER);
                write(buffer, length, out);
                return;
            }
            if (fault.forAll) {
                // before the client knows, which comes back at once
                FaultyNetwork.end(door);
            }
            if (fault.end == End.RESET) {
                client.setSoLinger(true, 0);
            }
            client.close();
            if (fault.arrives) {
                write(buffer, length, out);
            }
            end();
            happened.countDown();
            throw new IOException("cut");
        }

        private void hold(Fault fault) {
            synchronized (FaultyNetwork.this) {
                if (fault.forAll) {
                    stalled.addAll(EnumSet.allOf(Way.class));
                } else {
                    held = true;
                }
            }
        }

        /** Returns when bytes may go this way. */
        void awaitCarried(Way way) throws IOException {
            try {
                Duration delay;
                synchronized (FaultyNetwork.this) {
                    while ((held || stalled.contains(way)) && !client.isClosed()) {
                        FaultyNetwork.this.wait();
                    }
                    delay = delays.getOrDefault(way, Duration.ZERO);
                }
                Thread.sleep(delay.toMillis());
            } catch (InterruptedException e) {
                throw new IOException(e);
            }
        }

        void reset() {
            try {
                client.setSoLinger(true, 0);
                if (target.isConnected()) {
                    target.setSoLinger(true, 0);
                }
            } catch (IOException e) {
                // ended by itself a moment before
                System.getLogger(FaultyNetwork.class.getName()).log(System.Logger.Level.DEBUG, "reset", e);
            }
            end();
        }

        void end() {
            FaultyNetwork.end(client);
            FaultyNetwork.end(target);
            synchronized (FaultyNetwork.this) {
                FaultyNetwork.this.notifyAll();
            }
            links.remove(this);
        }
    }

    private Optional<Fault> fault(byte[] buffer, int length) {
        return trigger.filter(one -> new String(buffer, 0, length, ISO_8859_1).contains(one.word))
                .filter(one -> one.left.decrementAndGet() == 0)
                .map(Trigger::fault);
    }

    private static void write(byte[] buffer, int length, OutputStream out) throws IOException {
        out.write(buffer, 0, length);
        out.flush();
    }

    private static void end(AutoCloseable socket) {
        try {
            socket.close();
        } catch (Exception e) {
            throw new UncheckedIOException(new IOException(e));
        }
    }

    private static void start(Runnable work) {
        Thread thread = new Thread(work, "faulty-network");
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void close() {
        end(door);
        cut();
    }
}
