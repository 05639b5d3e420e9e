package recovery.core.target.sqlite;

import static recovery.core.error.ErrorCode.DISK_FULL;
import static recovery.core.error.ErrorCode.DUMP_DANGEROUS;
import static recovery.core.error.ErrorCode.LOAD_FAILED;
import static recovery.core.error.RecoveryException.problem;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import recovery.core.dump.DumpPart.Statement;
import recovery.core.dump.sqlite.InsertRows;
import recovery.core.dump.sqlite.RowLedger;
import recovery.core.dump.sqlite.SqliteNames;
import recovery.core.dump.sqlite.SqliteScriptReader;
import recovery.core.error.Note;
import recovery.core.error.RecoveryException;
import recovery.core.target.LoadResult;
import recovery.core.target.LoadResult.TableRows;
import recovery.core.target.LoadWatch;
import recovery.core.target.sqlite.ReadAhead.Block;

/**
 * Runs a script into an empty file, in one transaction and without a journal: if anything fails the file is thrown
 * away as a whole. A script is data, so only statements that stay inside the file are run. For one load.
 */
final class ScriptLoad {
    private final Path file;
    private final LoadWatch watch;
    private final ScriptPragmas pragmas = new ScriptPragmas();
    private final RowLedger ledger = new RowLedger();

    ScriptLoad(Path file, LoadWatch watch) {
        this.file = file;
        this.watch = watch;
    }

    /** Runs scripts one behind the other as if they were one; each has to prove its own end. */
    LoadResult load(List<InputStream> scripts) throws IOException {
        List<Note> notes = new ArrayList<>();
        try (Connection connection = SqliteConnections.existing(file, Duration.ZERO)) {
            SqliteConnections.run(
                    connection,
                    "PRAGMA foreign_keys = OFF",
                    "PRAGMA journal_mode = OFF",
                    "PRAGMA synchronous = OFF",
                    "PRAGMA locking_mode = EXCLUSIVE",
                    "PRAGMA cache_size = -12288",
                    "PRAGMA threads = 2");
            try (StatementChunk chunk = new StatementChunk(connection, watch, ledger)) {
                for (InputStream script : scripts) {
                    SqliteScriptReader reader = new SqliteScriptReader(script);
                    read(reader, chunk);
                    notes.addAll(reader.notes());
                }
                chunk.end();
            }
            dropUnasked(connection);
            if (pragmas.wantsWriteAheadLog()) {
                SqliteConnections.run(connection, "PRAGMA journal_mode = WAL");
            }
            return result(connection, notes);
        } catch (SQLException failed) {
            watch.cancellation().check();
            if (SqliteConnections.isFull(failed)) {
                throw full(failed);
            }
            throw problem(LOAD_FAILED, "SQLite cannot write the copy: %s", SqliteConnections.words(failed))
                    .causedBy(failed)
                    .remedy("Look at the disk that holds '%s'.".formatted(file.getParent()));
        }
    }

    private void read(SqliteScriptReader reader, StatementChunk chunk) throws IOException {
        try (ReadAhead ahead = new ReadAhead(reader, watch)) {
            for (Optional<Block> block = ahead.next(); block.isPresent(); block = ahead.next()) {
                block.get().statements().forEach(statement -> take(statement, chunk));
                if (block.get().rows().isPresent()) {
                    InsertRows rows = block.get().rows().get();
                    chunk.add(rows);
                    ledger.follow(rows);
                }
            }
        }
    }

    private void take(Statement statement, StatementChunk chunk) {
        switch (statement.entry().kind()) {
            case "INSERT" -> chunk.add(statement);
            case "PRAGMA" -> {
                if (pragmas.isForTheData(statement)) {
                    chunk.pragma(statement, ScriptPragmas.writesHeader(statement));
                }
            }
            case "BEGIN", "COMMIT", "END", "SAVEPOINT", "RELEASE", "EXPLAIN" -> {
                // the whole script is one transaction
            }
            case "VACUUM" -> {
                if (!statement.sql().strip().matches("(?i)VACUUM(\\s+main)?")) {
                    throw dangerous(statement);
                }
            }
            case "ATTACH", "DETACH" -> throw dangerous(statement);
            default -> other(statement, chunk);
        }
        ledger.follow(statement);
    }

    private static void other(Statement statement, StatementChunk chunk) {
        String verb = statement.entry().kind().replaceFirst(" .*", "");
        switch (verb) {
            case "CREATE", "DROP", "ALTER", "UPDATE", "DELETE", "WITH", "ANALYZE", "REINDEX", "SELECT", "VALUES" ->
                chunk.run(statement, true);
            // anything else is no SQL of SQLite; the driver has commands of its own, which write files
            default ->
                throw problem(
                                LOAD_FAILED,
                                "line %d is no statement of SQLite: '%s'",
                                statement.line(),
                                shortened(statement.sql()))
                        .at(statement.position())
                        .remedy("Check that the script was written for SQLite, and that it is whole.");
        }
    }

    /** ANALYZE, which .dump writes above statistics, makes this table too; builds of SQLite without it have none. */
    private void dropUnasked(Connection connection) throws SQLException {
        String samples = "sqlite_stat4";
        if (!ledger.hasRows(samples)
                && SqliteConnections.number(
                                connection, "SELECT count(*) FROM sqlite_schema WHERE name = '" + samples + "'")
                        > 0
                && SqliteConnections.number(connection, "SELECT count(*) FROM " + samples) == 0) {
            SqliteConnections.run(connection, "DROP TABLE " + samples);
        }
    }

    private LoadResult result(Connection connection, List<Note> notes) throws SQLException {
        pragmas.note().ifPresent(notes::add);
        if (ledger.anyUnknown()) {
            notes.add(new Note(
                    "ROWS_NOT_COUNTED",
                    "The script changes rows in ways that do not tell how many there should be in the end."));
        }
        return new LoadResult(tables(connection), notes, true, true);
    }

    /** Of the tables behind virtual ones those that the script filled directly, as .dump does. */
    private List<TableRows> tables(Connection connection) throws SQLException {
        List<String> names = new ArrayList<>(CopyMeasure.tablesOfType(connection, "'table'"));
        CopyMeasure.tablesOfType(connection, "'virtual', 'shadow'").stream()
                .filter(ledger::hasRows)
                .forEach(names::add);
        return names.stream()
                .map(name -> new TableRows(SqliteNames.asSql(name), ledger.expected(name)))
                .toList();
    }

    private static RecoveryException dangerous(Statement statement) {
        return problem(
                        DUMP_DANGEROUS,
                        "line %d reaches beyond the database: '%s'",
                        statement.line(),
                        shortened(statement.sql()))
                .at(statement.position())
                .remedy("Look at the script, and remove the line if it does no harm.");
    }

    /** What SQLite said about the statements from {@code first} to {@code last}, which may be the same. */
    static RecoveryException refused(SQLException failed, Statement first, Statement last) {
        return refused(failed, first.line(), last.line(), first.position());
    }

    /** What SQLite said about a statement that begins in one of these lines; {@code position} is that of the first. */
    static RecoveryException refused(SQLException failed, long firstLine, long lastLine, long position) {
        String said = SqliteConnections.words(failed);
        if (SqliteConnections.isFull(failed)) {
            return full(failed);
        }
        String where = firstLine == lastLine
                ? "the statement in line %d".formatted(firstLine)
                : "a statement in lines %d to %d".formatted(firstLine, lastLine);
        String remedy = said.startsWith("no such table")
                ? "The script brings rows for a table that it does not create: put the statements that create it in front."
                : "Correct the script in that line, or restore another backup.";
        return problem(LOAD_FAILED, "SQLite refused %s: %s", where, said)
                .at(position)
                .causedBy(failed)
                .remedy(remedy);
    }

    private static RecoveryException full(SQLException failed) {
        return problem(DISK_FULL, "the disk is full: the copy could not be written")
                .causedBy(failed)
                .remedy("Free some space beside the live file, then start again.");
    }

    static String shortened(String sql) {
        String line = sql.strip().replaceAll("\\s+", " ");
        return line.length() > 80 ? line.substring(0, 77) + "..." : line;
    }
}
