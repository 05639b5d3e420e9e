package recovery.core.target.sqlite;

import static recovery.core.error.ErrorCode.DISK_FULL;
import static recovery.core.error.ErrorCode.DUMP_DAMAGED;
import static recovery.core.error.ErrorCode.LOAD_FAILED;
import static recovery.core.error.RecoveryException.problem;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import recovery.core.dump.sqlite.SqliteNames;
import recovery.core.dump.sqlite.salvage.DamagedDatabase;
import recovery.core.dump.sqlite.salvage.Lost;
import recovery.core.dump.sqlite.salvage.SchemaEntry;
import recovery.core.error.RecoveryException;
import recovery.core.target.LoadWatch;
import recovery.core.target.Salvage;

/**
 * Writes what can be read of a damaged database file into an empty one: tables with their rows first, then what no
 * table can take, then indexes, virtual tables, views and triggers. The damaged file is only read. For one run.
 */
final class SqliteSalvage {
    private final Path damaged;
    private final Path fresh;
    private final LoadWatch watch;
    private final Map<SchemaEntry, SalvageRows> tables = new LinkedHashMap<>();

    /** {@code fresh} exists and is empty. */
    SqliteSalvage(Path damaged, Path fresh, LoadWatch watch) {
        this.damaged = damaged;
        this.fresh = fresh;
        this.watch = watch;
    }

    /**
     * @throws RecoveryException DUMP_DAMAGED if neither a definition nor a row can be read, DISK_FULL, CANCELLED,
     *     LOAD_FAILED
     */
    Salvage run() throws IOException {
        try (DamagedDatabase source = DamagedDatabase.open(damaged, longestRow(), watch.cancellation());
                Connection connection = SqliteConnections.existing(fresh, Duration.ZERO)) {
            Salvage salvage = run(source, connection);
            if (salvage.saved() == 0 && salvage.strays() == 0 && source.schema().isEmpty()) {
                throw nothing();
            }
            if (source.header().writeAheadLog()) {
                SqliteConnections.run(connection, "PRAGMA journal_mode = WAL");
            }
            return salvage;
        } catch (SalvageStopped stopped) {
            throw failed(stopped.reason());
        } catch (SQLException failed) {
            throw failed(failed);
        }
    }

    /** A row is in memory several times while it is handed on. */
    static int longestRow() {
        return (int) Math.min(1_000_000_000, Runtime.getRuntime().maxMemory() / 6);
    }

    private Salvage run(DamagedDatabase source, Connection connection) throws SQLException {
        SalvageDefinitions definitions = new SalvageDefinitions(connection);
        definitions.header(source.header());
        SqliteConnections.run(
                connection,
                "PRAGMA foreign_keys = OFF",
                "PRAGMA journal_mode = MEMORY",
                "PRAGMA synchronous = OFF",
                "PRAGMA locking_mode = EXCLUSIVE",
                "PRAGMA cache_size = -12288",
                "BEGIN");
        Set<String> names = source.schema().stream()
                .map(entry -> entry.name().toLowerCase(Locale.ROOT))
                .collect(Collectors.toSet());
        LostAndFound lostAndFound = new LostAndFound(connection, names);
        Map<SchemaEntry, Lost> lost;
        try (lostAndFound) {
            make(source, connection, definitions, lostAndFound);
            lost = rows(source, new SalvageSequences(connection));
            strays(source, lost, lostAndFound);
            for (SalvageRows rows : tables.values()) {
                rows.close();
            }
        }
        SqliteConnections.run(connection, "COMMIT");
        rest(source, definitions);
        return new Salvage(
                told(connection, lost),
                lostAndFound.rows(),
                lostAndFound.name(),
                source.schemaLost(),
                definitions.notMade());
    }

    /** SQLite's own tables come behind those that make SQLite make them. */
    private void make(
            DamagedDatabase source, Connection connection, SalvageDefinitions definitions, LostAndFound lostAndFound)
            throws SQLException {
        for (boolean own : new boolean[] {false, true}) {
            for (SchemaEntry entry : source.schema()) {
                if (entry.isTable() && isOwn(entry) == own && definitions.table(entry)) {
                    SalvageTable table = new SalvageTable(connection, entry.name());
                    tables.put(entry, new SalvageRows(table, lostAndFound, watch));
                }
            }
        }
    }

    private static boolean isOwn(SchemaEntry entry) {
        return entry.name().toLowerCase(Locale.ROOT).startsWith("sqlite_");
    }

    private Map<SchemaEntry, Lost> rows(DamagedDatabase source, SalvageSequences sequences) throws SQLException {
        Map<SchemaEntry, Lost> lost = new LinkedHashMap<>();
        for (Map.Entry<SchemaEntry, SalvageRows> made : tables.entrySet()) {
            SchemaEntry entry = made.getKey();
            SalvageTable table = made.getValue().table();
            boolean counters = entry.name().equals(SalvageSequences.TABLE);
            if (counters) {
                sequences.clear();
            }
            watch.object(SqliteNames.asSql(entry.name()));
            lost.put(entry, source.rows(entry.root(), table.withRowid(), table.columns(), made.getValue()));
            if (counters) {
                sequences.raise();
            }
        }
        return lost;
    }

    /** What the operator knows as tables, and of what SQLite keeps for itself those that lost something. */
    private List<Salvage.Table> told(Connection connection, Map<SchemaEntry, Lost> lost) throws SQLException {
        Set<String> known = new HashSet<>(CopyMeasure.tablesOfType(connection, "'table'"));
        return lost.entrySet().stream()
                .map(entry ->
                        Map.entry(entry.getKey(), tables.get(entry.getKey()).result(entry.getValue())))
                .filter(entry -> known.contains(entry.getKey().name())
                        || (!entry.getValue().whole() && !entry.getKey().name().startsWith("sqlite_stat")))
                .map(Map.Entry::getValue)
                .toList();
    }

    private void strays(DamagedDatabase source, Map<SchemaEntry, Lost> lost, LostAndFound lostAndFound) {
        watch.object("pages that nothing leads to");
        Map<Integer, SalvageRows> byRoot = new HashMap<>();
        Set<Integer> indexed = new HashSet<>();
        tables.forEach((entry, rows) -> {
            byRoot.put(entry.root(), rows);
            if (!rows.table().withRowid() && !lost.get(entry).nothing()) {
                indexed.add(entry.root());
            }
        });
        source.strays(indexed, new SalvageStrays(byRoot, lostAndFound));
    }

    private void rest(DamagedDatabase source, SalvageDefinitions definitions) throws SQLException {
        for (String type : List.of("index", "virtual", "view", "trigger")) {
            for (SchemaEntry entry : source.schema()) {
                watch.cancellation().check();
                if (type.equals("virtual") && entry.isVirtual()) {
                    definitions.virtual(entry);
                } else if (entry.type().equals(type)) {
                    watch.object(type + " " + SqliteNames.asSql(entry.name()));
                    definitions.other(entry);
                }
            }
        }
    }

    private RecoveryException nothing() {
        return problem(DUMP_DAMAGED, "nothing can be salvaged: no table and no row can be read")
                .remedy("Restore an older backup instead.");
    }

    private RecoveryException failed(SQLException failed) {
        watch.cancellation().check();
        if (SqliteConnections.isFull(failed)) {
            return problem(DISK_FULL, "the disk is full: what was salvaged could not be written")
                    .causedBy(failed)
                    .remedy("Free some space in '%s', then start again.".formatted(fresh.getParent()));
        }
        return problem(LOAD_FAILED, "SQLite cannot write what was salvaged: %s", SqliteConnections.words(failed))
                .causedBy(failed)
                .remedy("Look at the disk that holds '%s'.".formatted(fresh.getParent()));
    }
}
