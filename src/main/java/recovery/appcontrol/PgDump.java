package recovery.appcontrol;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import recovery.core.target.DumpTool;

/** Finds pg_dump on this host, on the path and where the packages of PostgreSQL put it, and runs it. */
public final class PgDump implements DumpTool {
    private static final Pattern VERSION = Pattern.compile("pg_dump \\(PostgreSQL\\) ((\\d+)\\S*.*)");
    private static final long VERSION_SECONDS = 10;
    /** These say where certificates and passwords lie; all others could lead to another server or way of dumping. */
    private static final Set<String> KEPT =
            Set.of("PGPASSFILE", "PGSSLROOTCERT", "PGSSLCERT", "PGSSLKEY", "PGSSLCRL", "PGSYSCONFDIR");

    private final List<Path> folders;

    /** Looks where {@code path}, the list of folders of that name in the environment, leads, and in the usual places. */
    public PgDump(String path) {
        this(path, List.of(Path.of("/usr/lib/postgresql"), Path.of("/usr")));
    }

    PgDump(String path, List<Path> packages) {
        Set<Path> all = new LinkedHashSet<>();
        for (String folder : path.split(File.pathSeparator, -1)) {
            if (!folder.isBlank()) {
                add(all, folder);
            }
        }
        for (Path parent : packages) {
            all.addAll(versions(parent, parent.endsWith("usr") ? "pgsql-*" : "*"));
        }
        folders = List.copyOf(all);
    }

    private static void add(Set<Path> all, String folder) {
        try {
            all.add(Path.of(folder));
        } catch (InvalidPathException e) {
            System.getLogger(PgDump.class.getName())
                    .log(System.Logger.Level.DEBUG, "PATH holds what is no path: " + folder);
        }
    }

    private static List<Path> versions(Path parent, String pattern) {
        List<Path> found = new ArrayList<>();
        try (DirectoryStream<Path> folders = Files.newDirectoryStream(parent, pattern)) {
            folders.forEach(folder -> found.add(folder.resolve("bin")));
        } catch (IOException none) {
            return List.of();
        }
        return found;
    }

    /** That of the server's own version, else the next newer one: the newer it is, the less an old server may be known to it. */
    @Override
    public Optional<Found> suiting(int serverMajor) {
        return folders.stream()
                .flatMap(folder -> List.of("pg_dump", "pg_dump.exe").stream().map(folder::resolve))
                .filter(Files::isExecutable)
                .flatMap(program -> found(program).stream())
                .filter(program -> program.major() >= serverMajor)
                .min(Comparator.comparingInt(Found::major));
    }

    private static Optional<Found> found(Path program) {
        try {
            Process process = new ProcessBuilder(program.toString(), "--version")
                    .redirectErrorStream(true)
                    .start();
            try (InputStream output = process.getInputStream()) {
                process.getOutputStream().close();
                if (!process.waitFor(VERSION_SECONDS, TimeUnit.SECONDS)) {
                    return Optional.empty();
                }
                Matcher version = VERSION.matcher(new String(output.readNBytes(1000), UTF_8).strip());
                return version.matches()
                        ? Optional.of(new Found(program, version.group(1), Integer.parseInt(version.group(2))))
                        : Optional.empty();
            } finally {
                process.destroyForcibly();
            }
        } catch (IOException unusable) {
            return Optional.empty();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        }
    }

    @Override
    public Run start(Found tool, List<String> arguments, Map<String, String> environment) throws IOException {
        List<String> command = new ArrayList<>(List.of(tool.program().toString()));
        command.addAll(arguments);
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().keySet().removeIf(name -> name.startsWith("PG") && !KEPT.contains(name));
        // where the driver looks for passwords, if a setting says so
        Optional.ofNullable(System.getProperty("org.postgresql.pgpassfile"))
                .ifPresent(file -> builder.environment().put("PGPASSFILE", file));
        builder.environment().putAll(environment);
        builder.environment().put("LC_ALL", "C");
        Process process = builder.start();
        process.getOutputStream().close();
        return new Child(process);
    }
}
