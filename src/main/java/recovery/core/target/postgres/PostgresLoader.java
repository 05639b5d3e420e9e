package recovery.core.target.postgres;

import static recovery.core.error.ErrorCode.LOAD_FAILED;

import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Optional;
import recovery.core.dump.DumpReader;
import recovery.core.target.LoadOptions;
import recovery.core.target.LoadResult;
import recovery.core.target.LoadWatch;
import recovery.core.target.postgres.tasks.Order;

/**
 * Loads a dump into the empty copy: on one connection part by part and in the order of the dump; over several, rows and
 * what comes behind them beside each other as far as the dump says what belongs together ({@link SharedWork}).
 * What is to run last in any case ({@link HeldBack}) runs last.
 *
 * <p>Does not create the copy, does not close its first connection or the reader, and does not clean up: after a failure
 * the copy is to be dropped. For one thread and one dump.
 */
public final class PostgresLoader {
    private final Connection connection;
    private final Optional<String> live;
    private final LoadOptions options;
    private Neighbours neighbours = Neighbours.NONE;
    private int jobs = 1;
    private Crew.Connector connector = () -> {
        throw new IllegalStateException("there is one connection only");
    };
    private Order order = Order.longestFirst();
    private LoadLedger ledger = LoadLedger.none();

    /** As a backup is loaded without any wishes. */
    public PostgresLoader(Connection connection, String liveName, boolean liveExists) {
        this(connection, liveName, liveExists, LoadOptions.USUAL);
    }

    /**
     * @param connection to the copy, by pgjdbc, with preferQueryMode=simple and autocommit
     * @param liveName name that the copy will take
     * @param liveExists whether a database of that name exists; then its own settings win over those in the dump
     */
    public PostgresLoader(Connection connection, String liveName, boolean liveExists, LoadOptions options) {
        this.connection = connection;
        this.options = options;
        this.live = liveExists ? Optional.of(liveName) : Optional.empty();
    }

    /** Works over up to {@code count} more connections if that is more than one; they are closed at the end. */
    PostgresLoader over(int count, Crew.Connector more) {
        jobs = count;
        connector = more;
        return this;
    }

    /**
     * Loads in the transaction in which the connection is, which has no autocommit then; it ends when the caller ends it. One job
     * only.
     */
    PostgresLoader within(Neighbours others) {
        neighbours = others;
        return this;
    }

    /** Notes what it finishes, and leaves out what is noted there already. */
    PostgresLoader noting(LoadLedger otherLedger) {
        ledger = otherLedger;
        return this;
    }

    PostgresLoader in(Order otherOrder) {
        order = otherOrder;
        return this;
    }

    /**
     * Loads everything the reader hands out.
     *
     * @throws recovery.core.error.RecoveryException LOAD_FAILED with the part and what the database said,
     *     DUMP_DANGEROUS, DISK_FULL, DATABASE_UNREACHABLE, CANCELLED, and the codes of the reader
     */
    public LoadResult load(DumpReader reader, LoadWatch watch) throws IOException {
        try (Worker first = new Worker(new LoadConnection(connection, neighbours), true, jobs);
                Crew crew = new Crew(jobs, connector, order, watch);
                LoadStop stop = new LoadStop(first)) {
            watch.cancellation().whenAsked(() -> {
                stop.ask();
                crew.cancel();
            });
            try {
                return new LoadRun(connection, first, crew, live, options, ledger, watch).all(reader);
            } catch (SQLException e) {
                watch.cancellation().check();
                throw PostgresErrors.failed(
                        LOAD_FAILED, "preparing the load", e, first.connection().server());
            } finally {
                watch.cancellation().whenAsked(() -> {});
            }
        } catch (SQLException e) {
            throw PostgresErrors.failed(LOAD_FAILED, "opening a statement", e, "of the copy");
        }
    }
}
