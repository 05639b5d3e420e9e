package recovery.core.target.postgres;

import java.io.IOException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import recovery.core.dump.DumpPart;
import recovery.core.dump.Entry;
import recovery.core.dump.RowSource;
import recovery.core.dump.Section;
import recovery.core.dump.SqlTokens;
import recovery.core.target.LoadWatch;
import recovery.core.target.postgres.postdata.Claim;
import recovery.core.target.postgres.postdata.PostData;
import recovery.core.target.postgres.postdata.Step;
import recovery.core.target.postgres.tasks.Task;

/**
 * The work of a load that goes to the crew, and what came of it. Without a crew everything is done at once over the
 * first connection. For one thread, in the order of the dump.
 */
final class SharedWork {
    private static final Set<Claim> KEY_IS_CHECKED = Set.of(Claim.VALIDATE, Claim.VALIDATE_AGAINST);

    /** Of a table of which nothing is known. */
    private static final long UNKNOWN_BYTES = 1_000_000;

    private static final long SMALL_BYTES = 256 * 1024;

    /** What takes no longer for a large table than for a small one, compared with bytes. */
    private static final double MOMENT = 10_000;

    /** Names of relations hold a zero. */
    private static final String ENTRY = "entry ";

    /** Values of sequences, and large objects with what belongs to them. */
    private static final Set<String> BESIDE_ROWS = Set.of("SEQUENCE SET", "BLOB", "BLOBS", "BLOB METADATA");

    private final Crew crew;
    private final Worker first;
    private final LoadWatch watch;
    private final TableFamilies families;
    private final RowCounts counts;
    private final DumpSession session;
    private final LoadLedger ledger;
    private final EarlierRows earlier;
    private final List<Load> loads = new ArrayList<>();
    private final Map<String, Long> bytes = new HashMap<>();
    private final Set<String> cleaned = ConcurrentHashMap.newKeySet();
    private final AtomicLong planned = new AtomicLong();
    private final PostData postData;
    private final WorkAhead ahead;

    private record Load(TableLoad rows, Optional<TableName> table) {}

    SharedWork(
            Crew crew,
            Worker first,
            TableFamilies families,
            RowCounts counts,
            DumpSession session,
            int version,
            LoadLedger ledger,
            LoadWatch watch) {
        this.session = session;
        this.crew = crew;
        this.first = first;
        this.families = families;
        this.ledger = ledger;
        this.earlier = new EarlierRows(first.connection(), families, counts, ledger);
        this.ahead = new WorkAhead(watch);
        crew.meanwhile(() -> ledger.writeSoon(first.connection()), () -> ahead.look(first.connection()));
        this.postData = new PostData(families, version);
        this.counts = counts;
        this.watch = watch;
    }

    /** Whether rows may come over several connections, as far as their place in the dump tells. */
    static boolean mayBeShared(DumpPart.Rows rows) {
        return rows.entry().section() == Section.DATA;
    }

    /** Knows that rows are there which an earlier run of the load has stored. */
    void isLoaded(DumpPart.Rows rows, Optional<TableName> table, FinishedWork.Stored stored) {
        planned.addAndGet(rows.rows().sizeHint().orElse(stored.bytes()));
        table.ifPresent(name -> bytes.put(Step.name(name.schema(), name.table()), stored.bytes()));
        count(table, stored.rows());
        watch.rows(stored.rows());
    }

    /** Loads rows over the first connection, when everything before is done. */
    void loadAlone(DumpPart.Rows rows, Optional<TableName> table, long part) throws SQLException, IOException {
        awaitAll();
        // while these rows come nobody writes what waits
        ledger.write(first.connection());
        boolean inside = first.connection().inTransaction();
        StoredRows notes = table.isPresent() && !inside
                ? earlier.clear(rows, table.get(), part)
                : new StoredRows(ledger, part, rows.table(), ledger.hasBegun());
        TableLoad load = new TableLoad(rows, session.sql(), () -> false, notes, watch);
        load.on(first, () -> {});
        count(new Load(load, table));
    }

    /** Loads rows; returns as soon as the reader may go on. */
    void load(DumpPart.Rows rows, TableName table, long part) throws SQLException, IOException {
        String name = Step.name(table.schema(), table.table());
        if (bytes.containsKey(name)) {
            awaitAll();
        }
        families.look();
        boolean partitioned = families.isPartitioned(table.schema(), table.table());
        Map<String, Claim> claims = new HashMap<>(places(rows.entry()));
        claims.put(name, Claim.COPY);
        if (partitioned) {
            families.below(table.schema(), table.table()).forEach(leaf -> claims.put(leaf, Claim.COPY));
        }
        boolean empty = !partitioned && counts.isEmpty(table);
        StoredRows notes = earlier.clear(rows, table, part);
        TableLoad load = new TableLoad(rows, session.sql(), () -> empty && isShareOfOne(rows.rows()), notes, watch);
        loads.add(new Load(load, Optional.of(table)));
        long weight = rows.rows().sizeHint().orElse(UNKNOWN_BYTES);
        planned.addAndGet(weight);
        bytes.put(name, weight);
        Task<Job> task = crew.give(load, claims, (double) weight, true);
        if (!rows.rows().isIndependent()) {
            crew.awaitUsedUp(task);
            bytes.put(name, load.bytes());
        }
    }

    /** Whether a table is small enough among the others that nobody waits if one connection loads it. */
    private boolean isShareOfOne(RowSource rows) {
        return rows.isIndependent() && rows.sizeHint().orElse(Long.MAX_VALUE) <= planned.get() / crew.most();
    }

    /** Whether rows were given to the crew of which it is not known that they are stored. */
    boolean isLoading() {
        return !loads.isEmpty();
    }

    /** Whether a statement may be one for the crew, as far as its place in the dump tells. */
    static boolean mayTake(DumpPart.Statement statement) {
        String kind = statement.entry().kind();
        return statement.entry().section() == Section.POST_DATA
                || kind.equals("COMMENT")
                || kind.equals("SECURITY LABEL");
    }

    /** Whether an earlier run of the load has done a part of a statement, so that it must be divided as then. */
    boolean isHalfDone(StatementRunner.Ruled ruled) {
        return !ledger.before().isDone(ruled.place())
                && ledger.before().isDone(ruled.place().step(1));
    }

    /**
     * Whether the crew takes a statement, which then runs when what it needs is done. Without a crew it is done at once.
     *
     * @param statement in the words in which the ruling wants it, with all of its {@code tokens}
     */
    boolean takes(DumpPart.Statement statement, SqlTokens tokens, StatementRunner.Ruled ruled, StatementRunner runner)
            throws SQLException, IOException {
        families.look();
        Optional<List<Step>> all = postData.steps(statement, tokens);
        if (ledger.before().isDone(ruled.place())) {
            runner.run(first.connection(), ruled);
            return true;
        }
        List<Step> steps =
                isHalfDone(ruled) ? all.orElse(List.of()) : undivided(statement.sql(), all.orElse(List.of()));
        AtomicBoolean goesOn = new AtomicBoolean(true);
        Ruling ruling = ruled.ruling();
        for (int i = 0; i < steps.size(); i++) {
            Step step = steps.get(i);
            Place place = steps.size() == 1 ? ruled.place() : ruled.place().step(i + 1);
            DumpPart.Statement part = new DumpPart.Statement(
                    statement.entry(), step.sql(), statement.position(), statement.line(), statement.rows());
            StatementRunner.Ruled words = new StatementRunner.Ruled(
                    part, ruled.tokens(), ruling.with(Optional.of(step.sql()), ruling.note()), place);
            give(step, words, ruled, goesOn, runner);
            ruling = Ruling.run("");
        }
        return all.isPresent();
    }

    private void give(
            Step step,
            StatementRunner.Ruled words,
            StatementRunner.Ruled whole,
            AtomicBoolean goesOn,
            StatementRunner runner)
            throws SQLException, IOException {
        if (ledger.before().isDone(words.place())) {
            goesOn.compareAndSet(true, runner.run(first.connection(), words).isPresent());
            return;
        }
        double weight = weight(step);
        StepJob job = new StepJob(
                runner,
                words,
                new StepJob.Surroundings(
                        step.work(),
                        weight,
                        session.sql(),
                        LoadObject.of(whole.statement(), whole.tokens()),
                        crew::hasIdle,
                        goesOn),
                ahead,
                watch);
        ahead.plan(step.work(), weight);
        if (!crew.isThere()) {
            job.on(first, () -> {});
            return;
        }
        if (!isSmall(step)) {
            clean(step);
        }
        Map<String, Claim> claims = new HashMap<>(places(whole.statement().entry()));
        claims.putAll(step.claims());
        crew.give(job, claims, weight, false);
    }

    /** What takes a moment in any case is not worth two statements. */
    private List<Step> undivided(String sql, List<Step> steps) {
        boolean divided = steps.size() > 1 && steps.stream().allMatch(this::isSmall);
        return divided ? List.of(Step.together(sql, steps)) : steps;
    }

    private boolean isSmall(Step step) {
        return step.claims().keySet().stream().allMatch(name -> bytes.getOrDefault(name, 0L) < SMALL_BYTES);
    }

    /** Before a foreign key is validated. */
    private void clean(Step step) throws SQLException, IOException {
        for (Map.Entry<String, Claim> claim : step.claims().entrySet()) {
            Optional<List<String>> table = Step.relation(claim.getKey());
            if (table.isPresent() && KEY_IS_CHECKED.contains(claim.getValue())) {
                CleanJob job = new CleanJob(table.get().get(0), table.get().get(1), cleaned, watch);
                crew.give(job, Map.of(claim.getKey(), Claim.CLEAN), MOMENT, false);
            }
        }
    }

    private double weight(Step step) {
        long rows = step.table().map(table -> bytes.getOrDefault(table, 0L)).orElse(0L);
        return MOMENT + step.cost() * rows;
    }

    /** What the table of contents of an archive says of an entry and of those it needs. */
    private static Map<String, Claim> places(Entry entry) {
        Map<String, Claim> claims = new HashMap<>();
        entry.dependencies().forEach(needed -> claims.put(ENTRY + needed, Claim.MENTION));
        if (entry.dumpId() > 0) {
            claims.put(ENTRY + entry.dumpId(), Claim.ALONE);
        }
        return claims;
    }

    /** Whether a statement may run at any time, whatever is under way: it has to do with no table. */
    static boolean isBesideAll(DumpPart.Statement statement, SqlTokens tokens) {
        return DumpSession.isSetting(tokens)
                || (statement.entry().section() == Section.DATA
                        && BESIDE_ROWS.contains(statement.entry().kind()));
    }

    /** Waits until everything is done that was given to the crew. */
    void awaitAll() throws SQLException, IOException {
        crew.awaitAll();
        loads.forEach(this::count);
        loads.clear();
    }

    private void count(Load load) {
        count(load.table(), load.rows().stored());
    }

    private void count(Optional<TableName> table, long rows) {
        table.ifPresentOrElse(name -> counts.added(name, rows), counts::allUnknown);
    }
}
