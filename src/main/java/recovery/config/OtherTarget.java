package recovery.config;

import static recovery.core.error.ErrorCode.REQUEST_UNUSABLE;
import static recovery.core.error.RecoveryException.problem;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** The target that the command line names in place of that of the settings. */
final class OtherTarget {
    private OtherTarget() {}

    static TargetSettings of(TargetSettings known, Optional<String> database, Optional<Path> file) {
        if (database.isPresent() && file.isPresent()) {
            throw problem(REQUEST_UNUSABLE, "--target and --target-path name two targets")
                    .remedy("Leave one of them out.");
        }
        return file.isPresent() ? sqlite(file.get()) : postgres(known, database.orElseThrow());
    }

    private static TargetSettings sqlite(Path file) {
        Path folder = file.toAbsolutePath().normalize().getParent();
        if (Files.isDirectory(file) || folder == null || !Files.isDirectory(folder)) {
            throw problem(REQUEST_UNUSABLE, "--target-path '%s' is no file in a folder that exists", file)
                    .remedy("Name a file, which need not exist, in a folder that does.");
        }
        return new TargetSettings.Sqlite(file);
    }

    private static TargetSettings postgres(TargetSettings known, String database) {
        if (database.isBlank()) {
            throw problem(REQUEST_UNUSABLE, "--target is empty").remedy("Write the name of a database behind it.");
        }
        if (!(known instanceof TargetSettings.Postgres server)) {
            throw problem(
                            REQUEST_UNUSABLE,
                            "--target names the database '%s', but the settings name no PostgreSQL server",
                            database)
                    .remedy("Set DATABASE_URL or DB_HOST to the server.", "For a SQLite file use --target-path FILE.");
        }
        return new TargetSettings.Postgres(
                server.host(), server.port(), server.user(), server.password(), database, server.sslMode());
    }
}
