package recovery.core.backup;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.Optional;
import java.util.regex.Pattern;

/** Recognises SQL scripts by their first lines, and whose SQL it is. Any encoding that keeps ASCII as it is will do. */
final class SqlText {
    private static final Pattern FIRST_STATEMENT = Pattern.compile(
            "(?is)(SET\\s+(\\w+\\s+)?[\\w.\"]+\\s*(=|TO\\s)|SET\\s+(SESSION|LOCAL|ROLE|TIME|CONSTRAINTS|NAMES)\\b|SELECT\\b.+"
                    + "|(CREATE|ALTER|DROP|COMMENT\\s+ON)\\s+(OR\\s+REPLACE\\s+)?(GLOBAL\\s+|LOCAL\\s+|TEMP(ORARY)?\\s+|UNLOGGED\\s+"
                    + "|VIRTUAL\\s+|UNIQUE\\s+|FOREIGN\\s+|MATERIALIZED\\s+|PROCEDURAL\\s+|TRUSTED\\s+|RECURSIVE\\s+|DEFAULT\\s+|EVENT\\s+)*"
                    + "(TABLE|INDEX|VIEW|SCHEMA|DATABASE|ROLE|USER|EXTENSION|TYPE|DOMAIN|FUNCTION|PROCEDURE|AGGREGATE|SEQUENCE"
                    + "|TRIGGER|RULE|POLICY|COLLATION|CAST|OPERATOR|LANGUAGE|SERVER|PUBLICATION|SUBSCRIPTION|STATISTICS|LARGE|CONSTRAINT"
                    + "|PRIVILEGES|TEXT|ACCESS|CONVERSION|TRANSFORM|COLUMN|GROUP|TABLESPACE|DATA|WRAPPER)\\b"
                    + "|(INSERT|REPLACE)\\s+(OR\\s+\\w+\\s+)?INTO\\b|UPDATE\\s+\\S+\\s+SET\\b|DELETE\\s+FROM\\b|TRUNCATE\\s+\\S"
                    + "|(BEGIN|START\\s+TRANSACTION|COMMIT|END)(\\s+(WORK|TRANSACTION|DEFERRED|IMMEDIATE|EXCLUSIVE|ISOLATION|READ)\\b[^;]*)?\\s*;|COPY\\s+\\S+.*FROM\\b|PRAGMA\\s+\\w+"
                    + "|(GRANT|REVOKE)\\s.+|DO\\s+(LANGUAGE\\b|\\$|')|WITH\\s+.+\\bAS\\b|LOCK\\s+TABLE\\b|(ANALYZE|VACUUM)\\b.*;"
                    + "|ATTACH\\s+.+AS\\b|REFRESH\\s+MATERIALIZED\\b|REASSIGN\\s+OWNED\\b|SECURITY\\s+LABEL\\b|CALL\\s+\\S+\\().*");
    private static final Pattern POSTGRESQL = Pattern.compile(
            "(?m)^(-- PostgreSQL database (cluster )?dump|SET statement_timeout\\b|COPY .*FROM stdin\\b|\\\\(connect|c|restrict) )");
    private static final Pattern SQLITE =
            Pattern.compile("(?im)^(PRAGMA\\s+\\w+|.*\\bPRIMARY KEY( ASC| DESC)?\\s+AUTOINCREMENT\\b)");
    private static final Pattern NOT_SQLITE = Pattern.compile(
            "(?im)^(SET \\w+|CREATE (EXTENSION|SCHEMA|TYPE|DOMAIN|SEQUENCE|ROLE)" + "|ALTER [^;]+ OWNER TO) ");

    private static final String NOT_RECOGNISED =
            "not recognised: neither SQL, nor an archive of pg_dump, nor a SQLite file; it may be encrypted or damaged";

    /** The shell of SQLite before version 3.41 writes it above what it recovered. */
    private static final String OF_RECOVER = ".dbconfig defensive off";

    private static final String PG_DUMP = "-- PostgreSQL database ";

    /** A statement shows within so many characters what it is. */
    private static final int STATEMENT_CHARACTERS = 500;

    private SqlText() {}

    /** Whether a script begins as pg_dump and pg_dumpall begin theirs. */
    static boolean isByPgDump(byte[] head) {
        String begin = new String(head, 0, Math.min(head.length, PG_DUMP.length() + 16), ISO_8859_1);
        return begin.startsWith("--") && begin.contains(PG_DUMP);
    }

    static Look look(byte[] head, boolean whole) {
        if (contains(head, '\0', '\0')) {
            return Look.unknown(NOT_RECOGNISED);
        }
        if (!whole && isByPgDump(head)) {
            return Look.good(BackupFormat.SQL, Optional.of(Engine.POSTGRESQL), Contents.UNKNOWN);
        }
        int mark = FirstBytes.begins(head, 0xef, 0xbb, 0xbf) ? 3 : 0;
        String text = new String(head, mark, head.length - mark, ISO_8859_1);
        if (isMysql(text)) {
            return Look.unsupported(BackupFormat.SQL, "a MySQL dump");
        }
        int first = firstStatement(text);
        boolean onlyComments = first == text.length();
        boolean statement = !onlyComments
                && FIRST_STATEMENT
                        .matcher(text.substring(first, Math.min(text.length(), first + STATEMENT_CHARACTERS)))
                        .matches();
        boolean mayFollow = onlyComments && first > 0 && !whole;
        if ((!statement && !mayFollow) || (whole && text.indexOf(';') < 0)) {
            return Look.unknown(
                    !isText(head)
                            ? NOT_RECOGNISED
                            : onlyComments ? "text without any SQL statement" : "text, but no SQL script");
        }
        return Look.good(BackupFormat.SQL, engine(text), ContentsLook.at(head, whole));
    }

    static Look notRecognised() {
        return Look.unknown(NOT_RECOGNISED);
    }

    /** SQLite's shell writes control characters in values as they are, so they rule out a script only without statements. */
    private static boolean isText(byte[] head) {
        return !contains(head, '\1', '\b') && !contains(head, '\16', '\37');
    }

    private static boolean contains(byte[] head, char from, char to) {
        for (byte each : head) {
            if (each >= from && each <= to) {
                return true;
            }
        }
        return false;
    }

    private static boolean isMysql(String text) {
        return text.startsWith("-- MySQL dump") || text.startsWith("-- MariaDB dump") || text.contains("\n/*!40");
    }

    private static Optional<Engine> engine(String text) {
        if (POSTGRESQL.matcher(text).find()) {
            return Optional.of(Engine.POSTGRESQL);
        }
        if (SQLITE.matcher(text).find()) {
            return Optional.of(Engine.SQLITE);
        }
        return NOT_SQLITE.matcher(text).find() ? Optional.of(Engine.POSTGRESQL) : Optional.empty();
    }

    /** Where the first statement begins behind blanks, comments, psql's commands and that of a recovered database. */
    private static int firstStatement(String text) {
        int next = 0;
        while (next < text.length()) {
            int after = next;
            if (Character.isWhitespace(text.charAt(next)) || text.charAt(next) == ';') {
                after = next + 1;
            } else if (text.startsWith("--", next) || text.charAt(next) == '\\' || text.startsWith(OF_RECOVER, next)) {
                after = behind(text, "\n", next);
            } else if (text.startsWith("/*", next)) {
                after = behind(text, "*/", next);
            }
            if (after == next) {
                return next;
            }
            next = after;
        }
        return next;
    }

    private static int behind(String text, String end, int from) {
        int at = text.indexOf(end, from);
        return at < 0 ? text.length() : at + end.length();
    }
}
