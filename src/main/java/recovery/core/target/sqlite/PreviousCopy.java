package recovery.core.target.sqlite;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import org.sqlite.SQLiteConnection;

/**
 * Keeps what is live as a file of its own, while somebody holds the lock without which nobody else can commit: so it is
 * exactly what is about to be overwritten. It has its name only when it is whole and on the disk.
 */
final class PreviousCopy {
    private final DatabaseFolder folder;
    private final Path keep;
    private final Path half;

    PreviousCopy(DatabaseFolder folder, Path keep) {
        this.folder = folder;
        this.keep = keep;
        this.half = folder.file(folder.halfName(keep.getFileName().toString()));
    }

    /** By a reader of its own. The lock is one of those beside which others may read. */
    void read() throws IOException, SQLException {
        FileRights.createPrivate(half);
        long schema;
        try (Connection connection = SqliteConnections.readOnly(folder.live(), Duration.ZERO)) {
            schema = SqliteConnections.number(connection, "PRAGMA schema_version");
            int code = connection
                    .unwrap(SQLiteConnection.class)
                    .getDatabase()
                    .backup("main", half.toString(), null, 10, 0, -1);
            if (code != 0) {
                throw new SQLException("SQLite ended its backup with code " + code, "", code);
            }
        }
        // the number of the schema is a new file's; whoever looks at both after a crash compares it
        try (Connection connection = SqliteConnections.existing(half, Duration.ZERO)) {
            SqliteConnections.run(connection, "PRAGMA schema_version = " + schema);
        }
        publish();
    }

    /**
     * Byte by byte: the lock is one beside which nobody may read, so all that was committed is in the file.
     *
     * @param live stays open until the lock is gone: closing it would take away all locks that this process has on the file
     */
    void copy(FileChannel live) throws IOException {
        FileRights.createPrivate(half);
        transfer(live, half);
        publish();
    }

    static void transfer(FileChannel from, Path to) throws IOException {
        try (FileChannel written = FileChannel.open(to, StandardOpenOption.WRITE)) {
            long size = from.size();
            long done = 0;
            while (done < size) {
                long moved = from.transferTo(done, size - done, written);
                if (moved <= 0) {
                    throw new IOException("the live file ends after %d of %d bytes".formatted(done, size));
                }
                done += moved;
            }
        }
    }

    private void publish() throws IOException {
        FileRights.copy(folder.live(), half);
        DatabaseFileLoad.force(half);
        Files.move(half, keep, StandardCopyOption.ATOMIC_MOVE);
        folder.force();
    }

    /** It is not needed, since nothing was overwritten. */
    void drop() throws IOException {
        DatabaseFolder.delete(half);
        DatabaseFolder.delete(keep);
    }
}
