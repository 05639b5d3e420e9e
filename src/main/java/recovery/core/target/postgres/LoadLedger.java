package recovery.core.target.postgres;

import static recovery.core.error.ErrorCode.NOTHING_TO_RESUME;
import static recovery.core.error.RecoveryException.problem;

import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import recovery.core.dump.SqlTokens;
import recovery.core.error.RecoveryException;
import recovery.core.target.postgres.FinishedWork.Kind;

/**
 * Notes in the copy what a load has finished, and knows what earlier runs of the same load have. Any thread may use it
 * unless something else is said.
 *
 * <p>Statements before the first rows are noted all at once, when the rows begin: whoever is cut off before begins again. A
 * statement behind is noted in its own transaction, so that it is done exactly if its line is there. Rows are noted behind
 * their commit, since a table without a line can be emptied; but before anything that builds on them, because each line
 * that is written takes those along that wait.
 */
final class LoadLedger {
    /** Lines wait so long for another one to take them along. */
    private static final long LONGEST_WAIT_NANOS = Duration.ofMillis(250).toNanos();

    /** With more failures than that a dump is not kept for. */
    private static final int MOST_EARLY = 10_000;

    /** What changes something and may run in a transaction with others. */
    private static final Set<String> NOTED =
            Set.of("create", "alter", "drop", "comment", "grant", "revoke", "security", "refresh", "update", "delete");

    private final Optional<Crew.Connector> connector;
    private final FinishedWork before;
    private final List<String> waiting = new ArrayList<>();
    private final List<String> early = new ArrayList<>();
    private volatile State state;
    private int definitions = 1;
    private long written = System.nanoTime();

    private enum State {
        /** Nothing is noted. */
        OFF,
        /** Rows have not begun. */
        EARLY,
        ON
    }

    private LoadLedger(Optional<Crew.Connector> connector, FinishedWork before, State state) {
        this.connector = connector;
        this.before = before;
        this.state = state;
    }

    /** Of a load that nobody can go on with. */
    static LoadLedger none() {
        return new LoadLedger(Optional.empty(), new FinishedWork(), State.OFF);
    }

    /** Of a load that goes on from {@code before}, which may be nothing. */
    static LoadLedger of(Crew.Connector connector, FinishedWork before) {
        return new LoadLedger(Optional.of(connector), before, State.EARLY);
    }

    /** A line that is on its way, with others that go along. */
    record Entry(String sql, List<String> lines) {
        private static final Entry NONE = new Entry("", List.of());

        /** {@code statement} and what notes it, or it alone if nothing is to be noted; it may end with a comment. */
        String behind(String statement) {
            return sql.isEmpty() ? statement : statement + "\n;\n" + sql;
        }

        boolean isNone() {
            return sql.isEmpty();
        }
    }

    /** Rows have not begun. For the thread of the load. */
    boolean isEarly() {
        return state == State.EARLY;
    }

    /** A later run could go on from what is noted. */
    boolean hasBegun() {
        return state == State.ON || before.isSome();
    }

    /** What earlier runs have finished. */
    FinishedWork before() {
        return before;
    }

    /** An earlier run has left something, and not all of it may be finished. */
    boolean goesOn() {
        return before.isSome();
    }

    /** A statement runs in these words, or none. For the thread of the load, in the order of the dump. */
    void defines(Optional<String> sql) {
        if (state == State.EARLY) {
            definitions = 31 * definitions + sql.map(String::hashCode).orElse(0);
        }
    }

    /** The first rows are {@code part}, and all before is done. For the thread of the load. */
    void begin(long part) throws SQLException {
        if (before.isSome()) {
            if (before.dataBegins() != part || before.definitions() != definitions) {
                throw other("its definitions would be made in another way today");
            }
            state = State.ON;
        } else {
            create(part);
        }
        early.clear();
    }

    /** A load that cannot be gone on with is better than none. */
    private void create(long part) throws SQLException {
        try (PostgresSession copy = new PostgresSession(connector.orElseThrow().open())) {
            LedgerTable.create(copy, part, definitions, early);
            state = State.ON;
        } catch (SQLException e) {
            if (PostgresErrors.isConnectionLost(e) && !PostgresErrors.isWithoutRoom(e)) {
                throw e;
            }
            System.getLogger(LoadLedger.class.getName())
                    .log(System.Logger.Level.WARNING, "this load cannot be gone on with: {0}", PostgresErrors.said(e));
            state = State.OFF;
        }
    }

    /** Of this load nothing can be noted that another one could rely on. For the thread of the load. */
    void giveUp() {
        if (before.isSome()) {
            throw other("it would be loaded in another way today");
        }
        early.clear();
        state = State.OFF;
    }

    /** What is noted does not fit the load that should go on from it. */
    static RecoveryException other(String why) {
        return problem(NOTHING_TO_RESUME, "what an earlier restore has finished of this backup cannot be used: %s", why)
                .remedy("Start a new restore of the backup, from the beginning.");
    }

    /** With what the attempts failed that an earlier run made at the statement; empty if it is still to be done. */
    Optional<List<SQLException>> finished(Place place, String sql) {
        if (!before.isDone(place)) {
            return Optional.empty();
        }
        if (!before.isSame(place, sql.hashCode())) {
            throw other("a statement would run in other words today: " + SqlTokens.summary(sql));
        }
        return Optional.of(before.failures(place));
    }

    /** What notes a statement in its own transaction. */
    Entry entry(Place place, SqlTokens tokens, String first, List<SQLException> failures) {
        return state == State.ON && !place.isNowhere() && isNoted(tokens)
                ? entry(line(place, first, failures))
                : Entry.NONE;
    }

    private static boolean isNoted(SqlTokens tokens) {
        SqlTokens.Token second = tokens.get(1);
        return NOTED.contains(tokens.get(0).text())
                && !second.is("database")
                && !second.is("tablespace")
                && !second.is("system")
                && !second.is("subscription")
                && tokens.find(1, "concurrently") < 0;
    }

    /** What notes the statement as one that failed and was left out, or as one that was done behind failures. */
    void attempted(Place place, String first, List<SQLException> failures, boolean done) {
        if (place.isNowhere()) {
            return;
        }
        if (state == State.EARLY && !before.isSome()) {
            synchronized (this) {
                early.add(line(place, first, failures));
                if (early.size() > MOST_EARLY) {
                    state = State.OFF;
                    early.clear();
                }
            }
        } else if (state == State.ON && !done) {
            wait(line(place, first, failures));
        }
    }

    private static String line(Place place, String first, List<SQLException> failures) {
        return LedgerTable.line(
                Kind.STATEMENT,
                place.part(),
                place.part(),
                place.step(),
                first.hashCode(),
                0,
                0,
                FailureText.of(failures));
    }

    /** What notes parts {@code first} to {@code last} of that kind in their own transaction. */
    Entry parts(Kind kind, long first, long last) {
        return state == State.ON ? entry(LedgerTable.line(kind, first, last, 0, 0, 0, 0, "")) : Entry.NONE;
    }

    /** The INSERT {@code part} stored another number of rows than it holds. */
    void uncounted(long part) {
        if (state == State.ON) {
            wait(LedgerTable.line(Kind.INSERT_UNCOUNTED, part, part, 0, 0, 0, 0, ""));
        }
    }

    /** What notes all rows of a part in their own transaction. */
    Entry rows(long part, String table, long rows, long bytes) {
        return state == State.ON
                ? entry(LedgerTable.line(Kind.ROWS, part, part, 0, 0, rows, bytes, table))
                : Entry.NONE;
    }

    /** All rows of a part are stored. */
    void stored(long part, String table, long rows, long bytes) {
        if (state == State.ON) {
            wait(LedgerTable.line(Kind.ROWS, part, part, 0, 0, rows, bytes, table));
        }
    }

    /** Rows of {@code part} come next into a table that has others too. For the thread of the load. */
    void begins(long part, String table, LoadConnection connection) throws SQLException {
        if (state == State.ON) {
            wait(LedgerTable.line(Kind.ROWS_BEGUN, part, part, 0, 0, 0, 0, table));
            write(connection);
        }
    }

    private synchronized void wait(String line) {
        waiting.add(line);
    }

    private synchronized Entry entry(String line) {
        List<String> lines = new ArrayList<>(waiting);
        lines.add(line);
        return new Entry(LedgerTable.insert(lines), lines);
    }

    /** It is committed, or stands in a transaction with what it tells of. */
    void written(Entry entry) {
        if (entry.lines().size() > 1) {
            synchronized (this) {
                waiting.removeAll(Set.copyOf(entry.lines()));
            }
        }
    }

    /** Writes what waits, if it has waited long enough. For the thread of the load, over the first connection. */
    void writeSoon(LoadConnection connection) throws SQLException {
        if (System.nanoTime() - written >= LONGEST_WAIT_NANOS) {
            write(connection);
        }
    }

    /** Writes what waits. For the thread of the load, over the first connection. */
    void write(LoadConnection connection) throws SQLException {
        Entry all;
        synchronized (this) {
            all = waiting.isEmpty() ? Entry.NONE : new Entry(LedgerTable.insert(waiting), List.copyOf(waiting));
        }
        if (!all.isNone() && !connection.inTransaction()) {
            connection.run(all.sql());
            synchronized (this) {
                waiting.removeAll(Set.copyOf(all.lines()));
            }
        }
        written = System.nanoTime();
    }
}
