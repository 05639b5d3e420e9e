package recovery.core.target.postgres;

import static recovery.core.error.ErrorCode.DISK_FULL;
import static recovery.core.error.RecoveryException.problem;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.Optional;
import java.util.OptionalLong;
import recovery.core.error.RecoveryException;
import recovery.core.inspect.Inspection;

/** Space on the disk of the server, where it can be known: the server runs on this host and says where its data lies. */
final class DiskSpace {
    private static final double MARGIN = 1.2;
    private static final long MIB = 1024 * 1024;

    private final PostgresSession session;

    DiskSpace(PostgresSession session) {
        this.session = session;
    }

    /** Empty if it cannot be known. */
    OptionalLong free(Optional<String> tablespace) throws SQLException {
        boolean sameHost = session.yes("SELECT inet_server_addr() IS NULL OR inet_server_addr() = inet_client_addr()");
        boolean allowed = session.yes("SELECT pg_has_role('pg_read_all_settings', 'MEMBER')");
        if (!sameHost || !allowed) {
            return OptionalLong.empty();
        }
        String place = session.first(
                        row -> row.getString(1),
                        "SELECT pg_tablespace_location(oid) FROM pg_tablespace WHERE spcname = ?",
                        tablespace.orElse(DatabaseRow.DEFAULT_TABLESPACE))
                .orElse("");
        // the place of the default one is said to be empty
        return usable(place.isEmpty() ? session.text("SHOW data_directory") : place);
    }

    /** The copy is about as large as the live database or the content of the backup, and its log comes on top. */
    static OptionalLong needed(OptionalLong liveSize, Inspection backup) {
        long content = Math.max(backup.contentBytes().orElse(0), backup.sizeBytes());
        return OptionalLong.of((long) (Math.max(liveSize.orElse(0), content) * MARGIN));
    }

    static Optional<RecoveryException> refusal(OptionalLong needed, OptionalLong free, String server) {
        if (needed.isEmpty() || free.isEmpty() || free.getAsLong() >= needed.getAsLong()) {
            return Optional.empty();
        }
        return Optional.of(problem(
                        DISK_FULL,
                        "the copy needs about %d MiB on the disk of the server %s, and %d MiB are free",
                        needed.getAsLong() / MIB,
                        server,
                        free.getAsLong() / MIB)
                .remedy(
                        "Free space on that disk: drop leftovers of broken restores and previous databases first.",
                        "Or give the disk more space."));
    }

    private static OptionalLong usable(String directory) {
        try {
            Path path = Path.of(directory);
            return Files.isDirectory(path)
                    ? OptionalLong.of(Files.getFileStore(path).getUsableSpace())
                    : OptionalLong.empty();
        } catch (IOException | InvalidPathException e) {
            return OptionalLong.empty();
        }
    }
}
