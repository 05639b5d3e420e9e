package recovery.harness;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import recovery.appcontrol.PgDump;
import recovery.core.backup.BackupCatalogue;
import recovery.core.layer.Layers;
import recovery.core.layer.Limits;
import recovery.core.layer.Secrets;
import recovery.core.restore.KeepRules;
import recovery.core.restore.RestoreReport;
import recovery.core.restore.RestoreRequest;
import recovery.core.restore.RestoreService;
import recovery.core.restore.ServiceSettings;
import recovery.core.target.LoadOptions;
import recovery.core.target.Target;
import recovery.core.target.postgres.PostgresSettings;
import recovery.core.target.postgres.PostgresTarget;
import recovery.core.target.sqlite.MemoryLimit;
import recovery.core.target.sqlite.OpenFileFinder;
import recovery.core.target.sqlite.SqliteTarget;
import recovery.core.verify.Verifier;

/**
 * The whole service as {@code Main} builds it, on a real target and with a backup directory of its own, for tests of
 * whole restores. The caller owns the folder and the live database; closing closes the service.
 */
public final class RestoreBench implements AutoCloseable {
    private static final Path SAMPLES = Path.of("src", "test", "resources", "backups");

    private final Path backups;
    private final RestoreService service;

    /** {@code neededTables} as in VERIFY_TABLES. */
    public RestoreBench(Path folder, Target target, String... neededTables) {
        this(folder, target, Optional.empty(), neededTables);
    }

    /** {@code publicKey} as in PGP_PUBLIC_KEY_BASE64. */
    public RestoreBench(Path folder, Target target, Optional<String> publicKey, String... neededTables) {
        this(folder, target, publicKey, Optional.empty(), neededTables);
    }

    private RestoreBench(
            Path folder,
            Target target,
            Optional<String> publicKey,
            Optional<char[]> databaseKey,
            String... neededTables) {
        backups = folder.resolve("backups");
        try {
            Files.createDirectories(backups);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        service = new RestoreService(
                new BackupCatalogue(backups, Layers::behind),
                target,
                new Verifier(List.of(neededTables)),
                report -> {},
                new ServiceSettings(
                        folder.resolve("state"),
                        Clock.system(ZoneId.systemDefault()),
                        "java -jar emergency.jar",
                        Limits.GENEROUS,
                        KeepRules.USUAL,
                        publicKey,
                        databaseKey));
    }

    /** With {@code database} on {@code server} as the live one. */
    public static RestoreBench postgres(Path folder, RealPostgres server, String database, String... neededTables) {
        return as(server.user(), server.password(), folder, server, database, neededTables);
    }

    /** With the pg_dump of this host. */
    public static RestoreBench withPgDump(Path folder, RealPostgres server, String database) {
        return new RestoreBench(folder, withPgDump(server, database));
    }

    /** A target with the pg_dump of this host. */
    public static Target withPgDump(RealPostgres server, String database) {
        PostgresSettings settings = PostgresSettings.of(
                server.host(), server.port(), server.user(), server.password().toCharArray(), database, "");
        return new PostgresTarget(settings, Optional.empty(), new PgDump(System.getenv("PATH")));
    }

    /** As {@link #postgres}, with another role. */
    public static RestoreBench as(
            String role, String password, Path folder, RealPostgres server, String database, String... neededTables) {
        return new RestoreBench(
                folder,
                new PostgresTarget(
                        PostgresSettings.of(server.host(), server.port(), role, password.toCharArray(), database, "")),
                neededTables);
    }

    /** With the database file {@code live}. */
    public static RestoreBench sqlite(Path folder, Path live, String... neededTables) {
        return new RestoreBench(folder, new SqliteTarget(live), neededTables);
    }

    /** The same with {@code key} as in DB_KEY and {@code limit} as in MEMORY_LIMIT. */
    public static RestoreBench encrypted(
            Path folder, Path live, Optional<String> key, MemoryLimit limit, String... neededTables) {
        return new RestoreBench(
                folder,
                new SqliteTarget(live, List.of(), key.map(String::toCharArray), limit, OpenFileFinder.PROC),
                Optional.empty(),
                key.map(String::toCharArray),
                neededTables);
    }

    /** The backup directory. */
    public Path backups() {
        return backups;
    }

    /** Makes a safety copy. */
    public RestoreReport backUp() {
        try {
            return service.backUp("terminal").await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    public RestoreService service() {
        return service;
    }

    /** Puts a file into the backup directory. */
    public RestoreBench put(String name, byte[] content) {
        try {
            Path file = backups.resolve(name);
            Files.write(file, content);
            // a file of this moment is looked at twice, to see whether it still grows
            Files.setLastModifiedTime(file, FileTime.from(Instant.now().minus(1, ChronoUnit.HOURS)));
            return this;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public RestoreBench put(String name, String content) {
        return put(name, content.getBytes(UTF_8));
    }

    /** The bytes of a sample backup in the test resources. */
    public static byte[] sample(String name) {
        try {
            return Files.readAllBytes(SAMPLES.resolve(name));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Restores without any confirmation. */
    public RestoreReport restore(String name) {
        return restore(name, false);
    }

    /** Restores as an operator does who agrees to everything that may be agreed to. */
    public RestoreReport restoreConfirmed(String name) {
        return restore(name, true);
    }

    private RestoreReport restore(String name, boolean confirmed) {
        return restore(new RestoreRequest(name, false, Optional.empty(), confirmed, Optional.empty(), "terminal"));
    }

    /** Restores what {@code options} take of a backup. */
    public RestoreReport restore(String name, boolean confirmed, LoadOptions options) {
        return restore(new RestoreRequest(
                name, false, Optional.empty(), confirmed, Optional.empty(), options, Secrets.none(), "terminal"));
    }

    public RestoreReport restore(RestoreRequest request) {
        try {
            return service.start(request).await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    @Override
    public void close() {
        service.close();
    }
}
