package recovery.core.target.sqlite;

import static recovery.core.error.ErrorCode.FILE_NOT_ACCESSIBLE;
import static recovery.core.error.RecoveryException.problem;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import recovery.core.error.Why;

/**
 * What became of a write into the live file whose process died. SQLite itself has made it whole or nothing; which of both is
 * told by the number of the schema, which a write raises by one, and by the definitions. If somebody has changed them since,
 * nobody can tell, and nothing is touched.
 */
final class OnlineSettlement {
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final DatabaseFolder folder;
    private final Path from;
    private final Path keep;

    OnlineSettlement(DatabaseFolder folder, String incoming, String keepLiveAs) {
        this.folder = folder;
        this.from = folder.file(incoming);
        this.keep = folder.file(keepLiveAs);
    }

    /** Whether what was live had been kept already, in another way than by a rename. */
    boolean concerns() {
        Path live = folder.live();
        try {
            return DatabaseFolder.present(from)
                    && DatabaseFolder.present(keep)
                    && DatabaseFolder.present(live)
                    && !Files.isSameFile(live, keep);
        } catch (IOException unknown) {
            return false;
        }
    }

    /** What was done, in sentences. Deletes only what was written into the live file. */
    List<String> run() {
        try {
            Schema live = Schema.of(SqliteConnections.existing(folder.live(), PATIENCE));
            Schema old = Schema.of(SqliteConnections.immutable(keep));
            if (live.equals(old)) {
                return notWritten();
            }
            Schema written = Schema.of(SqliteConnections.immutable(from));
            boolean raised = live.number == old.number + 1;
            if (raised && (live.definitions.equals(written.definitions) || live.definitions.equals(old.definitions))) {
                DatabaseFolder.delete(from);
                folder.force();
            }
            return List.of();
        } catch (SQLException unreadable) {
            System.getLogger(OnlineSettlement.class.getName())
                    .log(System.Logger.Level.WARNING, "nobody can tell what is live: " + unreadable.getMessage());
            return List.of();
        } catch (IOException failed) {
            throw problem(FILE_NOT_ACCESSIBLE, "what a cut off restore has left cannot be moved: %s", Why.of(failed))
                    .causedBy(failed)
                    .remedy("Look at the rights of the folder '%s'.".formatted(folder.folder()));
        }
    }

    private List<String> notWritten() throws IOException {
        Path half = folder.file(folder.halfName(keep.getFileName().toString()));
        Files.move(keep, half, StandardCopyOption.ATOMIC_MOVE);
        folder.force();
        return List.of("A write into '%s' was cut off before it was committed, so that nothing of it is there."
                .formatted(folder.liveName()));
    }

    private record Schema(long number, List<String> definitions) {
        static Schema of(Connection opened) throws SQLException {
            try (Connection connection = opened) {
                return new Schema(
                        SqliteConnections.number(connection, "PRAGMA schema_version"),
                        SqliteConnections.column(
                                connection,
                                "SELECT type || ' ' || name || ' ' || rootpage || ' ' || coalesce(sql, '') FROM sqlite_schema"));
            }
        }
    }
}
