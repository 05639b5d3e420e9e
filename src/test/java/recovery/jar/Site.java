package recovery.jar;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import recovery.harness.JarProcess;
import recovery.harness.JarProcess.Result;
import recovery.harness.JarProcess.Setting;

/**
 * A folder in which the finished jar is run, with its settings. The folder gets {@code backups}, {@code data} and {@code
 * logs} as those of an operator do.
 */
final class Site {
    static final Duration LIMIT = Duration.ofSeconds(40);

    /** What makes short lives of a JVM shorter; nothing that the program could notice. */
    private static final List<String> QUICK = List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xshare:auto");

    private static final ObjectMapper JSON = new ObjectMapper();

    private final Path folder;
    private final Map<String, String> environment;

    Site(Path folder, Map<String, String> environment) {
        this.folder = folder;
        this.environment = Map.copyOf(environment);
    }

    Path folder() {
        return folder;
    }

    Path backups() {
        return made(folder.resolve("backups"));
    }

    Path data() {
        return folder.resolve(environment.getOrDefault("STATE_DIR", "data"));
    }

    /** The same folder and settings, and one more. */
    Site with(String setting, String value) {
        Map<String, String> more = new HashMap<>(environment);
        more.put(setting, value);
        return new Site(folder, more);
    }

    Setting program() {
        return withJava("-XX:SharedArchiveFile=" + LoadedClasses.FILE);
    }

    private Setting withJava(String option) {
        return JarProcess.in(folder, environment)
                .withJava(Stream.concat(QUICK.stream(), Stream.of(option)).toArray(String[]::new));
    }

    /** The classes of the program as a JVM keeps them for the next one, which starts in half the time by them. */
    private static final class LoadedClasses {
        static final Path FILE = keep();

        private static Path keep() {
            try {
                Path folder = Files.createTempDirectory("loaded-classes");
                Path file = folder.resolve("classes.jsa");
                int port = freePort();
                Site demo = new Site(folder, Map.of("RECOVERY_PORT", "" + port));
                try (JarProcess server =
                        demo.withJava("-XX:ArchiveClassesAtExit=" + file).start("serve")) {
                    URI address = URI.create("http://127.0.0.1:" + port);
                    server.awaitAnswer(address.resolve("/health"), LIMIT);
                    server.awaitAnswer(address.resolve("/"), LIMIT);
                    server.terminate();
                    server.await(LIMIT);
                }
                return file;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    JarProcess start(String... arguments) {
        return program().start(arguments);
    }

    Result run(String... arguments) {
        return program().run(LIMIT, arguments);
    }

    /** Runs a command with {@code --json} that must succeed, and returns its document. */
    JsonNode json(String... arguments) {
        String[] all = Stream.concat(Stream.of(arguments), Stream.of("--json")).toArray(String[]::new);
        Result result = run(all);
        assertThat(result.exitCode()).as("%s\n%s", result.out(), result.err()).isZero();
        return parsed(result.out());
    }

    static JsonNode parsed(String text) {
        try {
            return JSON.readTree(text);
        } catch (IOException e) {
            throw new UncheckedIOException("no JSON: " + text, e);
        }
    }

    /** A backup of this text in the folder of backups. */
    Site backup(String name, String text) {
        try {
            Files.writeString(backups().resolve(name), text);
            return this;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Waits until the journal of a restore says that it has entered {@code state}. */
    void awaitState(JarProcess running, String state) {
        running.awaitText(data().resolve("restores"), "state=" + state + "\n", LIMIT);
    }

    /** A running server at a free port; the caller closes the process. */
    Server serve() {
        return serveAt(freePort());
    }

    /** As above, at this port. */
    Server serveAt(int port) {
        JarProcess process = with("RECOVERY_PORT", "" + port).start("serve");
        Server server = new Server(process, URI.create("http://127.0.0.1:" + port));
        try {
            process.awaitAnswer(server.at("/health"), LIMIT);
            return server;
        } catch (RuntimeException | Error e) {
            process.close();
            throw e;
        }
    }

    record Server(JarProcess process, URI address) implements AutoCloseable {
        URI at(String path) {
            return address.resolve(path);
        }

        @Override
        public void close() {
            process.close();
        }
    }

    static int freePort() {
        try (ServerSocket door = new ServerSocket(0)) {
            return door.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The names of all that lies in a folder, sorted. */
    static List<String> names(Path folder) {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        } catch (NoSuchFileException none) {
            return List.of();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Path made(Path folder) {
        try {
            return Files.createDirectories(folder);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
