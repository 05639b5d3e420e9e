package recovery.jar;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import recovery.harness.PlainSql;

/** A small live SQLite file in a folder of its own: one table, whose rows say whether they are the live or restored ones. */
final class CustomersFile {
    static final int LIVE = 5;

    private final Path file;

    CustomersFile(Path folder) {
        try {
            file = Files.createDirectories(folder.resolve("live")).resolve("shop.db");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        fill(file, "live", LIVE);
    }

    Path file() {
        return file;
    }

    /** The settings that make it the target. */
    Map<String, String> settings() {
        return Map.of("SQLITE_PATH", file.toString());
    }

    /** What lies in the folder of the live file, sorted. */
    List<String> folder() {
        return Site.names(file.getParent());
    }

    /** All rows of the live file. */
    List<String> rows() {
        return query(file, "SELECT id || ' ' || name FROM customers ORDER BY id");
    }

    /** A file of the same kind. */
    static void fill(Path file, String kind, int rows) {
        execute(
                file,
                "CREATE TABLE customers (id INTEGER PRIMARY KEY, name TEXT)",
                "INSERT INTO customers WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < " + rows
                        + ") SELECT i, '" + kind + " ' || i FROM n");
    }

    /** As {@code .dump} of SQLite's shell writes it, with {@code rows} customers and {@code between} after them. */
    static String script(int rows, String... between) {
        StringBuilder script = new StringBuilder("PRAGMA foreign_keys=OFF;\nBEGIN TRANSACTION;\n");
        script.append("CREATE TABLE customers (id INTEGER PRIMARY KEY, name TEXT);\n");
        for (int i = 1; i <= rows; i++) {
            script.append("INSERT INTO customers VALUES(%d,'restored %d');\n".formatted(i, i));
        }
        for (String statement : between) {
            script.append(statement).append('\n');
        }
        return script.append("COMMIT;\n").toString();
    }

    static void execute(Path file, String... statements) {
        PlainSql.execute(connect(file), statements);
    }

    static List<String> query(Path file, String sql) {
        return PlainSql.query(connect(file), sql);
    }

    static Connection connect(Path file) {
        try {
            return DriverManager.getConnection("jdbc:sqlite:" + file);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }
}
