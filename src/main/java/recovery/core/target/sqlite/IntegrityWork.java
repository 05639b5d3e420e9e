package recovery.core.target.sqlite;

import static recovery.core.target.sqlite.SqliteConnections.column;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import recovery.core.dump.sqlite.SqliteNames;
import recovery.core.target.CopyFacts.Measurement;

/**
 * SQLite's {@code integrity_check} in pieces that may be worked on at once: the whole file by {@code quick_check}, which
 * leaves out what is in the indexes, and those one by one, or with all there is to their table where that is the only
 * way. Any thread may hand in what it found.
 */
final class IntegrityWork {
    /** More findings than this tell nobody anything. */
    private static final int FINDINGS = 100;

    private final Set<String> wrong = new LinkedHashSet<>();
    private Optional<String> impossible = Optional.empty();

    /** A piece of the check, over a connection that nothing else uses meanwhile. */
    interface Piece {
        List<String> findings(Connection connection) throws SQLException;
    }

    private record Sized(long rows, Piece piece) {}

    /** The check as SQLite makes it, in one piece. */
    static List<Piece> whole() {
        return List.of(connection -> findings(connection, "PRAGMA integrity_check(" + FINDINGS + ")"));
    }

    /** The pieces, with what takes longest first. */
    static List<Piece> pieces(Connection connection) throws SQLException {
        List<Sized> pieces = new ArrayList<>();
        for (String table : CopyMeasure.tablesOfType(connection, "'virtual'")) {
            pieces.add(new Sized(0, all(table)));
        }
        for (String table : CopyMeasure.tablesOfType(connection, "'table', 'shadow'")) {
            addTable(connection, table, pieces);
        }
        pieces.sort(Comparator.comparingLong(Sized::rows).reversed());
        List<Piece> all = new ArrayList<>(pieces.stream().map(Sized::piece).toList());
        all.add(rest -> findings(rest, "PRAGMA quick_check(" + FINDINGS + ")"));
        return all;
    }

    private static void addTable(Connection connection, String table, List<Sized> pieces) throws SQLException {
        String literal = "'" + table.replace("'", "''") + "'";
        boolean withoutRowid = !column(
                        connection, "SELECT 1 FROM pragma_table_list(" + literal + ") WHERE schema = 'main' AND wr = 1")
                .isEmpty();
        boolean indexed = !column(connection, "SELECT 1 FROM pragma_index_list(" + literal + ")")
                .isEmpty();
        if (withoutRowid) {
            pieces.add(new Sized(Long.MAX_VALUE, all(table)));
        } else if (indexed) {
            List<IndexCheck> checks = IndexCheck.of(connection, table);
            long rows = SqliteConnections.number(connection, "SELECT count(*) FROM main." + SqliteNames.quoted(table));
            checks.forEach(check -> pieces.add(new Sized(rows, index(check))));
            if (checks.isEmpty()) {
                pieces.add(new Sized(2 * rows, all(table)));
            }
        }
    }

    private static Piece all(String table) {
        return connection -> findings(connection, "PRAGMA main.integrity_check(" + SqliteNames.quoted(table) + ")");
    }

    /** SQLite's own words where there are any. */
    private static Piece index(IndexCheck check) {
        return connection -> {
            Optional<String> mismatch = check.run(connection);
            if (mismatch.isEmpty()) {
                return List.of();
            }
            List<String> words = all(check.table()).findings(connection);
            return words.isEmpty() ? List.of(mismatch.get()) : words;
        };
    }

    private static List<String> findings(Connection connection, String pragma) throws SQLException {
        List<String> found = column(connection, pragma);
        return found.equals(List.of("ok"))
                ? List.of()
                : found.stream().map(IntegrityWork::oneLine).toList();
    }

    /** Works on a piece; throws nothing that has to do with the file. */
    void run(Piece piece, Connection connection, Runnable check) {
        try {
            add(piece.findings(connection));
        } catch (SQLException failed) {
            check.run();
            fail(failed);
        }
    }

    private synchronized void add(List<String> findings) {
        findings.stream().limit(FINDINGS).forEach(wrong::add);
    }

    private synchronized void fail(SQLException failed) {
        if (SqliteConnections.isBroken(failed)) {
            wrong.add(SqliteConnections.words(failed));
        } else {
            impossible = Optional.of(SqliteConnections.words(failed));
        }
    }

    /** What all pieces found; {@code examined} is the number of pages of the file. */
    synchronized Measurement result(long examined) {
        return new Measurement(
                "integrity", examined, wrong.stream().limit(FINDINGS).toList(), impossible);
    }

    private static String oneLine(String finding) {
        String line = finding.replace('\n', ' ').strip();
        return line.toLowerCase(Locale.ROOT).isEmpty() ? "unknown" : line;
    }
}
