package recovery.core.target.sqlite;

import static recovery.core.target.sqlite.SqliteConnections.number;
import static recovery.core.target.sqlite.SqliteConnections.run;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import recovery.core.dump.sqlite.SqliteNames;
import recovery.core.dump.sqlite.salvage.DamagedHeader;
import recovery.core.dump.sqlite.salvage.SchemaEntry;

/** Makes the definitions of a damaged database again in an empty file, and lists what cannot be made. */
final class SalvageDefinitions {
    private static final Pattern MODULE = Pattern.compile("(?is).*?\\bUSING\\s+[\"`'\\[]?(\\w+).*");
    private static final Set<String> FULL_TEXT = Set.of("fts3", "fts4", "fts5");

    private final Connection connection;
    private final List<String> notMade = new ArrayList<>();

    SalvageDefinitions(Connection connection) {
        this.connection = connection;
    }

    List<String> notMade() {
        return notMade;
    }

    /** What is fixed with the first byte of a file, and what others read from its header. */
    void header(DamagedHeader header) throws SQLException {
        run(
                connection,
                "PRAGMA page_size = " + header.pageSize(),
                "PRAGMA encoding = '" + List.of("UTF-8", "UTF-16le", "UTF-16be").get(header.encoding() - 1) + "'",
                "PRAGMA auto_vacuum = " + header.autoVacuum(),
                "PRAGMA user_version = " + header.userVersion(),
                "PRAGMA application_id = " + header.applicationId());
    }

    /** Whether the table could be made. Those that SQLite makes itself are there already if they are needed. */
    boolean table(SchemaEntry entry) {
        if (entry.name().toLowerCase(Locale.ROOT).startsWith("sqlite_")) {
            if (entry.name().equals("sqlite_stat1")) {
                made(entry, "ANALYZE sqlite_schema");
            }
            return exists(entry.name());
        }
        return made(entry, entry.sql()) && exists(entry.name());
    }

    private boolean exists(String name) {
        try (PreparedStatement look =
                connection.prepareStatement("SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = ?")) {
            look.setString(1, name);
            return look.executeQuery().next();
        } catch (SQLException failed) {
            return false;
        }
    }

    /** Makes an index, view or trigger. */
    void other(SchemaEntry entry) {
        if (!entry.sql().isEmpty()) {
            made(entry, entry.sql());
        }
    }

    private boolean made(SchemaEntry entry, String sql) {
        try {
            run(connection, sql);
            return true;
        } catch (SQLException failed) {
            if (SqliteConnections.isFull(failed) || SqliteConnections.isInterrupted(failed)) {
                throw new SalvageStopped(failed);
            }
            cannot(entry, failed);
            return false;
        }
    }

    private void cannot(SchemaEntry entry, SQLException failed) {
        String of = entry.type().equals("index") || entry.type().equals("trigger")
                ? " of table '%s'".formatted(SqliteNames.asSql(entry.table()))
                : "";
        notMade.add("%s '%s'%s: %s"
                .formatted(entry.type(), SqliteNames.asSql(entry.name()), of, SqliteConnections.words(failed)));
    }

    /**
     * The definition of a virtual table comes behind the tables in which it keeps its data; what these lack is made anew
     * for full text, and named for others.
     */
    void virtual(SchemaEntry entry) throws SQLException {
        // statements on the schema are refused when they are compiled
        run(connection, "PRAGMA writable_schema = ON");
        try (PreparedStatement insert = connection.prepareStatement(
                "INSERT INTO sqlite_schema (type, name, tbl_name, rootpage, sql) VALUES ('table', ?, ?, 0, ?)")) {
            insert.setString(1, entry.name());
            insert.setString(2, entry.name());
            insert.setString(3, entry.sql());
            insert.executeUpdate();
        } finally {
            run(connection, "PRAGMA writable_schema = RESET");
        }
        try {
            check(entry);
        } catch (SQLException failed) {
            cannot(entry, failed);
            forget(entry);
        }
    }

    private void check(SchemaEntry entry) throws SQLException {
        Matcher module = MODULE.matcher(entry.sql());
        String kind = module.matches() ? module.group(1).toLowerCase(Locale.ROOT) : "";
        String name = SqliteNames.quoted(entry.name());
        if (FULL_TEXT.contains(kind)) {
            String command = "INSERT INTO main." + name + "(" + name + ") VALUES ";
            try {
                run(connection, command + "('integrity-check')");
            } catch (SQLException incomplete) {
                run(connection, command + "('rebuild')");
            }
        } else if (kind.startsWith("rtree") || kind.equals("geopoly")) {
            List<String> found = SqliteConnections.column(
                    connection, "SELECT rtreecheck('main', '" + entry.name().replace("'", "''") + "')");
            if (!found.equals(List.of("ok"))) {
                throw new SQLException("its index is not whole, and holds what there is to rebuild it from");
            }
        } else {
            number(connection, "SELECT count(*) FROM main." + name);
        }
    }

    private void forget(SchemaEntry entry) throws SQLException {
        run(connection, "PRAGMA writable_schema = ON");
        try (PreparedStatement delete = connection.prepareStatement(
                "DELETE FROM sqlite_schema WHERE type = 'table' AND name = ? AND rootpage = 0")) {
            delete.setString(1, entry.name());
            delete.executeUpdate();
        } finally {
            run(connection, "PRAGMA writable_schema = RESET");
        }
    }
}
