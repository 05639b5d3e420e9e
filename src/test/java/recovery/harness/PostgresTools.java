package recovery.harness;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;

/** PostgreSQL's own {@code psql} and {@code pg_dump} against a real server: what a restore is measured by. */
public final class PostgresTools {
    private final RealPostgres server;

    public PostgresTools(RealPostgres server) {
        this.server = server;
    }

    /** Where a real {@code pg_dump} lies: that of the newest server of Debian's on this host, else the one on the path. */
    public static Path folder() {
        List<Path> folders = new ArrayList<>();
        try (Stream<Path> versions = Files.list(Path.of("/usr/lib/postgresql"))) {
            versions.sorted(Comparator.reverseOrder())
                    .map(version -> version.resolve("bin"))
                    .forEach(folders::add);
        } catch (IOException notDebian) {
            // then it is on the path or nowhere
        }
        Stream.of(System.getenv("PATH").split(java.io.File.pathSeparator))
                .map(Path::of)
                .forEach(folders::add);
        return folders.stream()
                .filter(folder -> Files.isExecutable(folder.resolve("pg_dump")))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("there is no pg_dump on this host"));
    }

    /** What {@code pg_dump} writes of a database. */
    public byte[] dump(String database, String... options) {
        List<String> command = command("pg_dump");
        command.addAll(List.of(options));
        command.add(database);
        return run(command, new byte[0]);
    }

    /** Runs a script, or a gzip file of one, by {@code psql}; it goes on after errors, as psql does. */
    public void psql(String database, byte[] script) {
        List<String> command = command("psql");
        command.addAll(List.of("-q", "-X", "-o", "/dev/null", database));
        run(command, unpacked(script));
    }

    /** Restores a custom or tar archive by {@code pg_restore}, which must not meet an error. */
    public void restore(String database, byte[] archive, String... options) {
        List<String> command = command("pg_restore");
        command.addAll(List.of(options));
        command.addAll(List.of("-d", database));
        run(command, unpacked(archive));
    }

    /** The content of a gzip file, or the bytes as they are. */
    public static byte[] unpacked(byte[] file) {
        boolean gzip = file.length > 1 && (file[0] & 0xFF) == 0x1F && (file[1] & 0xFF) == 0x8B;
        try (InputStream in =
                gzip ? new GZIPInputStream(new ByteArrayInputStream(file)) : new ByteArrayInputStream(file)) {
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private List<String> command(String tool) {
        return new ArrayList<>(List.of(tool, "-h", server.host(), "-p", "" + server.port(), "-U", server.user(), "-w"));
    }

    private byte[] run(List<String> command, byte[] input) {
        try {
            Path in = Files.createTempFile("tool", ".in");
            Path errors = Files.createTempFile("tool", ".err");
            try {
                Files.write(in, input);
                ProcessBuilder tool =
                        new ProcessBuilder(command).redirectInput(in.toFile()).redirectError(errors.toFile());
                tool.environment().put("PGPASSWORD", server.password());
                Process process = tool.start();
                byte[] output = process.getInputStream().readAllBytes();
                if (process.waitFor() != 0) {
                    throw new IllegalStateException(
                            command + ": " + new String(Files.readAllBytes(errors), UTF_8).strip());
                }
                return output;
            } finally {
                Files.delete(in);
                Files.delete(errors);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(command.get(0) + " cannot be run", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while a tool ran", e);
        }
    }
}
