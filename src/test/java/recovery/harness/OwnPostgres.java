package recovery.harness;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/**
 * A PostgreSQL server of one test alone, which may kill it, stop it, start it again, and give it settings and a disk of
 * its own. It keeps its port and its data over all of that. For Linux.
 */
public final class OwnPostgres implements AutoCloseable {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final Map<Integer, Path> NEW_CLUSTERS = new ConcurrentHashMap<>();

    private final Path programs;
    private final Path data;
    private final int port;
    private final RealPostgres server;
    private Process process;

    private OwnPostgres(Path programs, Path data, int port) {
        this.programs = programs;
        this.data = data;
        this.port = port;
        this.server = RealPostgres.of("127.0.0.1", port, "postgres", "postgres");
    }

    /** Starts a new one whose data lies in {@code folder/data}, with lines such as {@code max_connections = 9}. */
    public static OwnPostgres start(int major, Path folder, String... settings) {
        return create(major, folder.resolve("data"), settings).start();
    }

    /** A standby that follows this one; its data is a copy of this moment, for which this one is stopped. */
    public OwnPostgres standby(Path folder) {
        stop();
        run(Path.of(""), "cp", "-a", data.toString(), folder.toString());
        start();
        int another = freePort();
        append(
                folder.resolve("postgresql.conf"),
                "port = " + another,
                "primary_conninfo = 'host=127.0.0.1 port=" + port + " user=postgres'");
        try {
            Files.createFile(folder.resolve("standby.signal"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new OwnPostgres(programs, folder, another).start();
    }

    private static OwnPostgres create(int major, Path data, String... settings) {
        Path programs = programs(major);
        Path cluster = NEW_CLUSTERS.computeIfAbsent(major, one -> newCluster(programs));
        run(Path.of(""), "cp", "-a", cluster.toString(), data.toString());
        int port = freePort();
        append(
                data.resolve("postgresql.conf"),
                "port = " + port,
                "listen_addresses = '127.0.0.1'",
                "unix_socket_directories = ''",
                "fsync = off",
                "shared_buffers = 16MB",
                "max_prepared_transactions = 5",
                String.join("\n", settings));
        return new OwnPostgres(programs, data, port);
    }

    /** As it is seen by clients; also while it is down. */
    public RealPostgres server() {
        return server;
    }

    public Path data() {
        return data;
    }

    /** From the next start on, or after {@link #reload}. */
    public OwnPostgres set(String... lines) {
        append(data.resolve("postgresql.conf"), lines);
        return this;
    }

    /** Makes it read its settings again. */
    public void reload() {
        signal("HUP");
    }

    /** Starts it and returns when it takes connections. */
    public OwnPostgres start() {
        List<String> command = new ArrayList<>();
        // one tree of processes, whose end is the end of all; and it refuses to run as root
        command.addAll(List.of("unshare", "--user", "--pid", "--fork", "--kill-child"));
        command.addAll(List.of(programs.resolve("bin/postgres").toString(), "-D", data.toString()));
        try {
            process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(log().toFile()))
                    .start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
        long end = System.nanoTime() + LIMIT.toNanos();
        while (!takesConnections()) {
            if (!process.isAlive() || System.nanoTime() > end) {
                throw new IllegalStateException("the server did not start: " + tail());
            }
            pause();
        }
        return this;
    }

    /** Starts it without waiting until it takes connections, as one that cannot. */
    public boolean takesConnections() {
        try (Connection connection = DriverManager.getConnection(
                "jdbc:postgresql://127.0.0.1:" + port + "/template1?loginTimeout=5", "postgres", "postgres")) {
            return connection.isValid(5);
        } catch (SQLException notYet) {
            return false;
        }
    }

    /** As {@code kill -9} of all its processes at once; they are gone on return. */
    public void kill() {
        // the first of them, since the system ends all others before it says that this one has ended
        signal("KILL");
        awaitEnd();
    }

    /** As {@code pg_ctl stop}: sessions are ended. */
    public void stop() {
        signal("INT");
        awaitEnd();
    }

    public void killAndStart() {
        kill();
        start();
    }

    private void awaitEnd() {
        try {
            if (!process.waitFor(LIMIT.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new IllegalStateException("the server did not end: " + said());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** To the first process of the server, which tells the others. */
    private void signal(String name) {
        long first = process.children()
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("the server does not run: " + said()))
                .pid();
        run(Path.of(""), "kill", "-" + name, "" + first);
    }

    /** Its log. */
    public String said() {
        try {
            return Files.exists(log()) ? Files.readString(log()) : "";
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private String tail() {
        String log = said();
        return log.substring(Math.max(0, log.length() - 3_000));
    }

    private Path log() {
        return data.resolveSibling(data.getFileName() + ".log");
    }

    @Override
    public void close() {
        // it may be about to end by itself
        process.children().forEach(ProcessHandle::destroyForcibly);
        awaitEnd();
    }

    private static Path newCluster(Path programs) {
        try {
            Path folder = Files.createTempDirectory("cluster").resolve("data");
            run(programs, "initdb", "-D", folder.toString(), "-U", "postgres", "-A", "trust", "-N", "-E", "UTF8");
            return folder;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The server that the build copied to {@code target/postgres}, unpacked beside it once. */
    private static Path programs(int major) {
        Path unpacked = Path.of("target", "postgres", "" + major).toAbsolutePath();
        if (Files.isDirectory(unpacked)) {
            return unpacked;
        }
        try {
            Path fresh = Files.createTempDirectory(unpacked.getParent(), major + "-");
            Path archive = fresh.resolve("archive.txz");
            try (InputStream in = RealPostgres.binaries(major)) {
                Files.copy(in, archive);
            }
            run(Path.of(""), "tar", "-xJf", archive.toString(), "-C", fresh.toString());
            Files.delete(archive);
            Files.move(fresh, unpacked, StandardCopyOption.ATOMIC_MOVE);
        } catch (AtomicMoveNotSupportedException e) {
            throw new UncheckedIOException(e);
        } catch (FileSystemException another) {
            // another run of tests was quicker
            if (!Files.isDirectory(unpacked)) {
                throw new UncheckedIOException(another);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return unpacked;
    }

    /** A program of {@code programs}, as somebody who is not root; or any program of this machine if that is empty. */
    private static void run(Path programs, String... command) {
        List<String> all = new ArrayList<>(List.of(command));
        if (!programs.toString().isEmpty()) {
            all.set(0, programs.resolve("bin").resolve(command[0]).toString());
            all.addAll(0, List.of("unshare", "--user"));
        }
        try {
            Process tool = new ProcessBuilder(all).redirectErrorStream(true).start();
            String said = new String(tool.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
            if (tool.waitFor() != 0) {
                throw new IllegalStateException(all + ": " + said);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private static void append(Path file, String... lines) {
        try {
            Files.write(file, List.of(lines), StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static int freePort() {
        try (ServerSocket door = new ServerSocket(0)) {
            return door.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void pause() {
        try {
            Thread.sleep(20);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
