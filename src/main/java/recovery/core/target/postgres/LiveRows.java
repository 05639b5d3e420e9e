package recovery.core.target.postgres;

import java.io.IOException;
import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import recovery.core.dump.DumpPart;
import recovery.core.dump.DumpReader;
import recovery.core.dump.Entry;
import recovery.core.dump.Section;
import recovery.core.error.Note;
import recovery.core.target.LoadResult.TableRows;
import recovery.core.target.LoadWatch;

/**
 * The rows of the live database, its large objects and where its sequences stand, as the data of a dump. For one thread;
 * does not close the snapshot.
 */
final class LiveRows implements DumpReader {
    private static final String SEQUENCES = "SELECT n.nspname, c.relname, pg_catalog.pg_get_userbyid(c.relowner),"
            + " pg_catalog.format('%I.%I', n.nspname, c.relname),"
            + " pg_catalog.quote_literal(pg_catalog.format('%I.%I', n.nspname, c.relname))"
            + " FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace"
            + " WHERE c.relkind = 'S' AND c.relpersistence <> 't' AND n.nspname !~ '^pg_'"
            + " AND n.nspname <> 'information_schema' AND NOT EXISTS (SELECT 1 FROM pg_catalog.pg_depend d"
            + " WHERE d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.objid = c.oid AND d.deptype = 'e')"
            + " ORDER BY 1, 2";

    private final LiveSnapshot snapshot;
    private final LoadWatch watch;
    private final LiveLargeObjects largeObjects;
    private final Deque<LiveTable> tables;
    private final Deque<DumpPart> ready = new ArrayDeque<>();
    private final List<TableRows> counted = new ArrayList<>();
    private Optional<Reading> reading = Optional.empty();
    private boolean begun;
    private boolean sequencesTaken;

    private record Reading(LiveTable table, CopyOutRows rows) {}

    LiveRows(LiveSnapshot snapshot, LoadWatch watch) {
        this.snapshot = snapshot;
        this.watch = watch;
        this.largeObjects = new LiveLargeObjects(snapshot, watch);
        this.tables = new ArrayDeque<>(snapshot.tables());
    }

    /** Of the tables that were read to their end. */
    List<TableRows> counted() {
        return List.copyOf(counted);
    }

    @Override
    public Optional<DumpPart> next() throws IOException {
        watch.cancellation().check();
        reading.ifPresent(done -> counted.add(
                new TableRows(done.table().name(), OptionalLong.of(done.rows().rowCount()))));
        reading = Optional.empty();
        try {
            return following();
        } catch (SQLException e) {
            watch.cancellation().check();
            throw snapshot.failed("reading the live database", e);
        }
    }

    private Optional<DumpPart> following() throws SQLException {
        if (!begun) {
            begun = true;
            ready.addAll(largeObjects.definitions());
        }
        if (!ready.isEmpty()) {
            return Optional.of(ready.poll());
        }
        if (!tables.isEmpty()) {
            return Optional.of(rows(tables.poll()));
        }
        if (!sequencesTaken) {
            sequencesTaken = true;
            ready.addAll(sequences());
        }
        return ready.isEmpty() ? largeObjects.nextContent() : Optional.of(ready.poll());
    }

    private DumpPart rows(LiveTable table) {
        Entry entry = new Entry(
                Section.DATA, "TABLE DATA", Optional.of(table.schema()), table.table(), Optional.of(table.owner()));
        CopyOutRows rows = new CopyOutRows(snapshot, table, watch);
        reading = Optional.of(new Reading(table, rows));
        return new DumpPart.Rows(entry, table.name(), table.columns(), "UTF8", rows, 0, 0);
    }

    private record Sequence(String schema, String name, String owner, String sql, String literal) {}

    private List<DumpPart> sequences() throws SQLException {
        List<Sequence> sequences = snapshot.session()
                .list(
                        row -> new Sequence(
                                row.getString(1),
                                row.getString(2),
                                row.getString(3),
                                row.getString(4),
                                row.getString(5)),
                        SEQUENCES);
        List<DumpPart> parts = new ArrayList<>();
        for (Sequence sequence : sequences) {
            watch.cancellation().check();
            String at = snapshot.session()
                    .text("SELECT last_value || ', ' || CASE WHEN is_called THEN 'true' ELSE 'false' END FROM "
                            + sequence.sql());
            Entry entry = new Entry(
                    Section.DATA,
                    "SEQUENCE SET",
                    Optional.of(sequence.schema()),
                    sequence.name(),
                    Optional.of(sequence.owner()));
            parts.add(statement(entry, "SELECT pg_catalog.setval(" + sequence.literal() + ", " + at + ")"));
        }
        return parts;
    }

    static DumpPart statement(Entry entry, String sql) {
        return new DumpPart.Statement(entry, sql, 0, 0, OptionalLong.empty());
    }

    @Override
    public DumpHeader header() {
        return new DumpHeader(Optional.empty(), Optional.empty());
    }

    @Override
    public long position() {
        return 0;
    }

    @Override
    public Proof proof() {
        return Proof.END_MARKED;
    }

    @Override
    public List<Note> notes() {
        return List.of();
    }
}
