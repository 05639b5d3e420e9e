package recovery.core.target.sqlite;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteConfig.Pragma;
import org.sqlite.SQLiteConnection;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;
import org.sqlite.SQLiteLimits;
import org.sqlite.SQLiteOpenMode;
import recovery.core.dump.sqlite.SqliteHeader;
import recovery.core.dump.sqlite.SqliteNames;

/**
 * Opens database files. Whatever is opened may hold anything, so no connection can attach other files, load
 * extensions, or run functions with side effects from inside the schema.
 */
final class SqliteConnections {
    private SqliteConnections() {}

    /** For looking at a file that others may be writing. Never creates it. */
    static Connection readOnly(Path file, Duration busy) throws SQLException {
        SQLiteConfig config = config(busy);
        config.setReadOnly(true);
        return open(config, file, "?mode=ro");
    }

    /** For a file that nobody writes: takes no locks and leaves no sidecars. */
    static Connection immutable(Path file) throws SQLException {
        return immutable(file, 16 * 1024);
    }

    static Connection immutable(Path file, int cacheKilobytes) throws SQLException {
        SQLiteConfig config = config(Duration.ZERO);
        config.setReadOnly(true);
        Connection connection = open(config, file, "?mode=ro&immutable=1");
        run(connection, "PRAGMA cache_size = -" + cacheKilobytes);
        return connection;
    }

    /**
     * A database file that lies in memory, at least a header; SQLite takes a copy of {@code image}. In that copy the
     * database is in a mode that needs no second file.
     */
    static Connection memory(byte[] image) throws SQLException {
        Connection connection = open(config(Duration.ZERO), "jdbc:sqlite::memory:");
        try {
            run(connection, "PRAGMA temp_store = MEMORY");
            byte[] modes = {image[18], image[19]};
            SqliteHeader.leaveWriteAheadLog(image);
            connection.unwrap(SQLiteConnection.class).deserialize("main", image);
            System.arraycopy(modes, 0, image, 18, modes.length);
            run(connection, "PRAGMA cell_size_check = ON", "PRAGMA query_only = ON");
            return connection;
        } catch (SQLException failed) {
            connection.close();
            throw failed;
        }
    }

    /** For reading and writing a file that must exist. */
    static Connection existing(Path file, Duration busy) throws SQLException {
        SQLiteConfig config = config(busy);
        config.resetOpenMode(SQLiteOpenMode.CREATE);
        return open(config, file, "?mode=rw");
    }

    /** For {@code VACUUM INTO}, which attaches the file that it makes; nothing else is to be run with it. */
    static Connection copying(Path file) throws SQLException {
        SQLiteConfig config = config(Duration.ZERO);
        config.resetOpenMode(SQLiteOpenMode.CREATE);
        config.setPragma(Pragma.LIMIT_ATTACHED, "1");
        return open(config, file, "?mode=rw");
    }

    static void run(Connection connection, String... statements) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }

    /** The first column of all rows as text. */
    static List<String> column(Connection connection, String query) throws SQLException {
        List<String> values = new ArrayList<>();
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(query)) {
            while (rows.next()) {
                values.add(rows.getString(1));
            }
        }
        return values;
    }

    static long number(Connection connection, String query) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(query)) {
            return rows.next() ? rows.getLong(1) : 0;
        }
    }

    /**
     * For reading and writing {@code live} with the tables of {@code copy} beside its own, as those of a schema; nobody
     * writes {@code copy} meanwhile. From then on nothing else can be attached. Foreign keys are not looked at.
     */
    static Connection merging(Path live, Path copy, String schema, Duration busy) throws SQLException {
        SQLiteConfig config = config(busy);
        config.resetOpenMode(SQLiteOpenMode.CREATE);
        config.setPragma(Pragma.LIMIT_ATTACHED, "1");
        Connection connection = open(config, live, "?mode=rw");
        try {
            run(
                    connection,
                    "ATTACH " + SqliteNames.literal(copy.toUri() + "?mode=ro&immutable=1") + " AS " + schema,
                    "PRAGMA foreign_keys = OFF",
                    "PRAGMA synchronous = FULL");
            connection.unwrap(SQLiteConnection.class).setLimit(SQLiteLimits.SQLITE_LIMIT_ATTACHED, 0);
            return connection;
        } catch (SQLException failed) {
            connection.close();
            throw failed;
        }
    }

    /** Whether the file itself is broken or no database, as opposed to busy, forbidden or a wrong statement. */
    static boolean isBroken(SQLException failed) {
        int primary = code(failed) & 0xFF;
        return primary == SQLiteErrorCode.SQLITE_CORRUPT.code || primary == SQLiteErrorCode.SQLITE_NOTADB.code;
    }

    static boolean isBusy(SQLException failed) {
        int primary = code(failed) & 0xFF;
        return primary == SQLiteErrorCode.SQLITE_BUSY.code || primary == SQLiteErrorCode.SQLITE_LOCKED.code;
    }

    static boolean isFull(SQLException failed) {
        return (code(failed) & 0xFF) == SQLiteErrorCode.SQLITE_FULL.code;
    }

    static boolean isInterrupted(SQLException failed) {
        return (code(failed) & 0xFF) == SQLiteErrorCode.SQLITE_INTERRUPT.code;
    }

    /** What SQLite said, without the driver's words around it. */
    static String words(SQLException failed) {
        String text = String.valueOf(failed.getMessage());
        int open = text.indexOf(" (");
        return text.startsWith("[SQLITE_") && open > 0 && text.endsWith(")")
                ? text.substring(open + 2, text.length() - 1)
                : text;
    }

    private static int code(SQLException failed) {
        return failed instanceof SQLiteException sqlite ? sqlite.getResultCode().code : failed.getErrorCode();
    }

    private static SQLiteConfig config(Duration busy) {
        SQLiteConfig config = new SQLiteConfig();
        config.enableLoadExtension(false);
        config.setPragma(Pragma.LIMIT_ATTACHED, "0");
        // SQLite's own limit; the driver's is a thousandth of it, too small for a statement with a picture in it
        config.setPragma(Pragma.LIMIT_SQL_LENGTH, "1000000000");
        config.setBusyTimeout(Math.toIntExact(busy.toMillis()));
        return config;
    }

    private static Connection open(SQLiteConfig config, Path file, String parameters) throws SQLException {
        Connection connection = open(config, "jdbc:sqlite:" + file.toUri() + parameters);
        try {
            TemporaryFiles.beside(file, connection);
            return connection;
        } catch (SQLException failed) {
            connection.close();
            throw failed;
        }
    }

    private static Connection open(SQLiteConfig config, String url) throws SQLException {
        Connection connection = config.createConnection(url);
        try {
            run(connection, "PRAGMA trusted_schema = OFF", "PRAGMA cell_size_check = ON");
            return connection;
        } catch (SQLException failed) {
            connection.close();
            throw failed;
        }
    }
}
