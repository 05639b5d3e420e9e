package recovery.core.target.postgres;

import static recovery.core.error.ErrorCode.LOAD_FAILED;
import static recovery.core.error.RecoveryException.problem;

import java.io.IOException;
import java.sql.SQLException;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
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
    /** Three round trips more for less are not worth it. */
    private static final int WORTH_FREEZING_BYTES = 128 * 1024;

    private final DumpPart.Rows rows;
    private final String settings;
    private final BooleanSupplier whole;
    private final StoredRows notes;
    private final LoadWatch watch;
    private final AtomicLong stored = new AtomicLong();
    private final AtomicLong bytes = new AtomicLong();
    private long taken;
    private int sharing;
    private boolean read;
    private boolean noted;
    private Optional<RecoveryException> failed = Optional.empty();
    private Optional<Share> owner = Optional.empty();

    /**
     * @param settings of the session, see {@link DumpSession#sql}
     * @param whole asked at the first block: whether one worker does it all, into a table that is empty
     */
    TableLoad(DumpPart.Rows rows, String settings, BooleanSupplier whole, StoredRows notes, LoadWatch watch) {
        this.rows = rows;
        this.notes = notes;
        this.settings = settings;
        this.whole = whole;
        this.watch = watch;
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
        begin();
        try (Share share = new Share(worker, places, usedUp)) {
            worker.use(settings);
            while (share.block()) {
                watch.cancellation().check();
            }
            share.end();
            end();
            watch.object("");
        } catch (SQLException e) {
            watch.cancellation().check();
            throw explained(LoadFailure.of(rows, places, e, worker.connection().server()));
        }
    }

    private synchronized void noted() {
        noted = true;
    }

    private synchronized void begin() {
        sharing++;
    }

    /** One of those who share the work has stored what it took; whoever has failed never gets here. */
    private synchronized void end() {
        sharing--;
        if (sharing == 0 && read && !noted) {
            noted = true;
            notes.behind(stored.get(), bytes.get());
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
        private Optional<RowCopy> copy = Optional.empty();
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
            boolean mine = owner.isEmpty() || owner.get() == this;
            boolean more = mine && !read && readNext();
            watch.spentSince(Work.READ, begun);
            busySince = System.nanoTime();
            if (more) {
                if (taken == 0 && copy.isEmpty() && (notes.together() || isWorthFreezing())) {
                    owner = Optional.of(this);
                    usedUp.run();
                }
                places.block(sent, taken, block.rows());
                taken += block.rows();
                bytes.addAndGet(block.length());
            } else if (mine && !read) {
                read = true;
                usedUp.run();
            }
            return more;
        }

        private boolean isWorthFreezing() {
            return block.length() >= WORTH_FREEZING_BYTES && whole.getAsBoolean();
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
            if (copy.isEmpty()) {
                copy = Optional.of(begun(worker.connection()));
            }
            copy.get().write(block);
            sent += block.rows();
            watch.rows(block.rows());
        }

        private RowCopy begun(LoadConnection connection) throws SQLException {
            if (owner.isEmpty()) {
                return RowCopy.plain(connection, rows);
            }
            return notes.together() ? RowCopy.together(connection, rows) : RowCopy.frozen(connection, rows);
        }

        /** Makes the rows last, if the database took all of them. */
        void end() throws SQLException {
            if (copy.isEmpty()) {
                return;
            }
            long count = copy.get().end();
            if (count != sent) {
                throw problem(LOAD_FAILED, "table '%s' took %d rows, the dump has %d", rows.table(), count, sent)
                        .remedy("A trigger of the dump changes rows while they are loaded; remove it from a copy of the"
                                + " file, or restore another backup.");
            }
            stored.addAndGet(count);
            commit();
            spent(Work.COPY);
        }

        private void commit() throws SQLException {
            if (owner.isPresent() && copy.get().isWithOthers()) {
                LoadLedger.Entry entry = notes.entry(stored.get(), bytes.get());
                copy.get().commit(entry.sql());
                if (!worker.connection().inTransaction()) {
                    notes.ledger().written(entry);
                }
                noted();
            } else {
                copy.get().commit("");
            }
        }

        private void spent(Work work) {
            watch.spentSince(work, busySince);
        }

        @Override
        public void close() throws SQLException {
            if (copy.isPresent()) {
                copy.get().close();
            }
        }
    }
}
