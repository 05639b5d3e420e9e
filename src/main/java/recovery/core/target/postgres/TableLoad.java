package recovery.core.target.postgres;

import static recovery.core.error.ErrorCode.LOAD_FAILED;
import static recovery.core.error.RecoveryException.problem;

import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.postgresql.copy.CopyIn;
import recovery.core.dump.DumpPart;
import recovery.core.dump.RowBlock;
import recovery.core.error.RecoveryException;
import recovery.core.target.LoadWatch;
import recovery.core.target.Work;

/**
 * The rows of one table on their way. Any number of workers may work on it: each takes the next block of whole rows and
 * sends it over its own connection in a COPY of its own, so that neighbouring rows stay neighbours in blocks.
 */
final class TableLoad implements Job {
    private final DumpPart.Rows rows;
    private final String settings;
    private final LoadWatch watch;
    private final AtomicLong stored = new AtomicLong();
    private final AtomicLong bytes = new AtomicLong();
    private long taken;
    private boolean read;
    private Optional<RecoveryException> failed = Optional.empty();

    /** {@code settings} of the session, see {@link DumpSession#sql}. */
    TableLoad(DumpPart.Rows rows, String settings, LoadWatch watch) {
        this.rows = rows;
        this.settings = settings;
        this.watch = watch;
    }

    DumpPart.Rows rows() {
        return rows;
    }

    /** Rows that the database has stored so far. */
    long stored() {
        return stored.get();
    }

    /** Bytes of rows read so far. */
    long bytes() {
        return bytes.get();
    }

    @Override
    public void on(Worker worker, Runnable usedUp) throws SQLException, IOException {
        RowPlaces places = new RowPlaces();
        watch.object(rows.table());
        try (Share share = new Share(worker, places, usedUp)) {
            worker.use(settings);
            while (share.block()) {
                watch.cancellation().check();
            }
            share.end();
            watch.object("");
        } catch (SQLException e) {
            watch.cancellation().check();
            throw explained(LoadFailure.of(rows, places, e, worker.connection().server()));
        }
    }

    /** If nobody else looks whether the rest of these rows is damaged. */
    private RecoveryException explained(RecoveryException failure) throws IOException {
        synchronized (this) {
            return rows.rows().isIndependent()
                    ? DamageSearch.ofRows(rows, watch.cancellation()).explain(failure, Optional.empty())
                    : failure;
        }
    }

    /** What one worker takes of the rows. */
    private final class Share implements AutoCloseable {
        private final Worker worker;
        private final RowBlock block;
        private final RowPlaces places;
        private final Runnable usedUp;
        private CopyIn copy;
        private long sent;
        private long busySince = System.nanoTime();

        Share(Worker worker, RowPlaces places, Runnable usedUp) {
            this.usedUp = usedUp;
            this.worker = worker;
            this.places = places;
            this.block = worker.block();
        }

        /** Sends one block; false behind the last one. A row longer than a block goes over one connection. */
        boolean block() throws SQLException, IOException {
            synchronized (TableLoad.this) {
                spent(Work.COPY);
                busySince = System.nanoTime();
                if (!next()) {
                    return false;
                }
                while (block.endsInRow()) {
                    write();
                    if (!next()) {
                        return false;
                    }
                }
            }
            write();
            return true;
        }

        private boolean next() throws IOException {
            long begun = System.nanoTime();
            boolean more = !read && readNext();
            watch.spent(Work.READ, Duration.ofNanos(System.nanoTime() - begun));
            busySince = System.nanoTime();
            if (more) {
                places.block(sent, taken, block.rows());
                taken += block.rows();
                bytes.addAndGet(block.length());
            } else if (!read) {
                read = true;
                usedUp.run();
            }
            return more;
        }

        /** Whoever comes behind a failure must not read on: what is wrong is known, and what follows means nothing. */
        private boolean readNext() throws IOException {
            if (failed.isPresent()) {
                throw failed.get();
            }
            try {
                return rows.rows().read(block);
            } catch (RecoveryException e) {
                failed = Optional.of(e);
                throw e;
            }
        }

        private void write() throws SQLException {
            if (copy == null) {
                copy = worker.connection().copyIn(rows);
            }
            copy.writeToCopy(block.bytes(), 0, block.length());
            sent += block.rows();
            watch.rows(block.rows());
        }

        /** Makes the rows last, if the database took all of them. */
        void end() throws SQLException {
            if (copy == null) {
                return;
            }
            long count = copy.endCopy();
            spent(Work.COPY);
            if (count != sent) {
                throw problem(LOAD_FAILED, "table '%s' took %d rows, the dump has %d", rows.table(), count, sent)
                        .remedy("A trigger of the dump changes rows while they are loaded; remove it from a copy of the"
                                + " file, or restore another backup.");
            }
            stored.addAndGet(count);
        }

        private void spent(Work work) {
            watch.spent(work, Duration.ofNanos(System.nanoTime() - busySince));
        }

        @Override
        public void close() throws SQLException {
            if (copy != null && copy.isActive()) {
                copy.cancelCopy();
            }
        }
    }
}
