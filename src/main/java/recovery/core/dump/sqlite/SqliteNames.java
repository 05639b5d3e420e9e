package recovery.core.dump.sqlite;

import java.util.regex.Pattern;

/** Names of tables as they are, and as they stand in SQL. */
public final class SqliteNames {
    private static final Pattern SIMPLE = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");

    private SqliteNames() {}

    /** The name in double quotes if it needs them. */
    public static String asSql(String name) {
        return SIMPLE.matcher(name).matches() ? name : quoted(name);
    }

    /** The name behind one of SQLite's four kinds of quotes, or as it is. */
    public static String plain(String sql) {
        if (sql.length() < 2) {
            return sql;
        }
        char open = sql.charAt(0);
        char close = open == '[' ? ']' : open;
        if ("\"`'[".indexOf(open) < 0 || sql.charAt(sql.length() - 1) != close) {
            return sql;
        }
        String inner = sql.substring(1, sql.length() - 1);
        return open == '[' ? inner : inner.replace("" + close + close, "" + close);
    }

    /** The name in double quotes. */
    public static String quoted(String name) {
        return '"' + name.replace("\"", "\"\"") + '"';
    }

    /** The name as a text in SQL. */
    public static String literal(String name) {
        return "'" + name.replace("'", "''") + "'";
    }
}
