package recovery.core.target.sqlite;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import recovery.core.target.CopyFacts.Measurement;
import recovery.core.target.LoadWatch;
import recovery.core.target.Work;

/** SQLite's {@code integrity_check} of a database that lies in memory; whoever asks to stop interrupts it. For one thread. */
final class MemoryCheck {
    private final Connection connection;
    private final LoadWatch watch;

    MemoryCheck(Connection connection, LoadWatch watch) {
        this.connection = connection;
        this.watch = watch;
    }

    Measurement integrity(long pages) throws SQLException {
        watch.object("integrity check");
        long began = System.nanoTime();
        IntegrityWork integrity = new IntegrityWork();
        try (Statement ender = connection.createStatement()) {
            watch.cancellation().whenAsked(() -> end(ender));
            for (IntegrityWork.Piece piece : IntegrityWork.whole()) {
                watch.cancellation().check();
                integrity.run(piece, connection, watch.cancellation()::check);
            }
        } finally {
            watch.cancellation().whenAsked(() -> {});
        }
        watch.spentSince(Work.VERIFY, began);
        return integrity.result(pages);
    }

    private static void end(Statement statement) {
        try {
            statement.cancel();
        } catch (SQLException closed) {
            // then there is nothing left to stop
        }
    }
}
