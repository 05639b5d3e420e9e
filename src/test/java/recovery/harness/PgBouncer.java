package recovery.harness;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.List;

/** A real PgBouncer in front of a server, for all of its databases. For Linux. */
public final class PgBouncer implements AutoCloseable {
    private static final String SETTINGS = """
            [databases]
            * = host=%s port=%d user=%s password=%s
            [pgbouncer]
            listen_addr = 127.0.0.1
            listen_port = %d
            unix_socket_dir =
            auth_type = any
            pool_mode = %s
            %s
            """;

    private final Process process;
    private final RealPostgres seen;
    private final Path log;

    /**
     * @param mode {@code session} or {@code transaction}
     * @param more lines of its settings
     */
    public PgBouncer(Path folder, RealPostgres server, String mode, String... more) throws IOException {
        int port;
        try (ServerSocket door = new ServerSocket(0)) {
            port = door.getLocalPort();
        }
        Path settings = Files.createTempDirectory(folder, "pgbouncer").resolve("pgbouncer.ini");
        Files.writeString(
                settings,
                SETTINGS.formatted(
                        server.host(),
                        server.port(),
                        server.user(),
                        server.password(),
                        port,
                        mode,
                        String.join("\n", more)));
        log = settings.resolveSibling("log");
        // it refuses to run as root
        process = new ProcessBuilder(List.of("unshare", "--user", "pgbouncer", settings.toString()))
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        seen = server.at("127.0.0.1", port);
        awaitAnswer();
    }

    /** The server as it is seen through it. */
    public RealPostgres server() {
        return seen;
    }

    /** Any answer will do: it may be that it takes no client of this kind. */
    private void awaitAnswer() {
        long end = System.nanoTime() + 30_000_000_000L;
        while (System.nanoTime() < end && process.isAlive()) {
            try {
                DriverManager.getConnection(
                                "jdbc:postgresql://127.0.0.1:" + seen.port() + "/postgres",
                                seen.user(),
                                seen.password())
                        .close();
                return;
            } catch (SQLException e) {
                if (!e.getMessage().contains("refused")) {
                    return;
                }
            }
        }
        throw new IllegalStateException("PgBouncer did not start: " + said());
    }

    private String said() {
        try {
            return Files.readString(log);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        try {
            process.destroyForcibly().waitFor();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
