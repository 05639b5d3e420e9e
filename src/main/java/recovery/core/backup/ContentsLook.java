package recovery.core.backup;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.io.InputStream;
import java.util.Locale;
import java.util.regex.Pattern;
import recovery.core.error.RecoveryException;

/**
 * Looks through the lines of an SQL script for definitions and rows. A quick look for the list and no parser: it reads
 * only how lines begin, and says UNKNOWN where that is not enough.
 */
final class ContentsLook {
    /** So much of what is inside of a file is looked through at most. */
    private static final int MOST_BYTES = 4 * 1024 * 1024;

    private static final int LINE_BEGIN_BYTES = 400;
    private static final int CHUNK_BYTES = 64 * 1024;

    private static final Pattern CREATE_TABLE = Pattern.compile("CREATE\\s+(\\w+\\s+){0,2}?TABLE\\s.*");
    private static final Pattern OWN_ROWS_OF_SQLITE = Pattern.compile("INSERT\\s+INTO\\s+\"?SQLITE_.*");

    private final byte[] line = new byte[LINE_BEGIN_BYTES];
    private int length;
    private boolean cut;
    private boolean insideRows;
    private boolean byPgDump;
    private boolean dataSection;
    private boolean tables;
    private boolean definitions;
    private boolean rows;
    private boolean unsure;

    private ContentsLook() {}

    /**
     * Reads {@code script} until the question is answered, at its end at the latest.
     *
     * @param allowedNanos how long it may take; then it answers by what it has met
     */
    static Contents at(InputStream script, long allowedNanos) {
        ContentsLook look = new ContentsLook();
        try {
            return look.read(script, allowedNanos);
        } catch (IOException | RecoveryException cutOrDamaged) {
            // a restore says what is wrong with the file; here it only leaves the question open
            return look.verdict(false);
        }
    }

    /** Looks through the beginning of a script; {@code whole} if it is all of it. */
    static Contents at(byte[] head, boolean whole) {
        ContentsLook look = new ContentsLook();
        if (!look.take(head, head.length)) {
            look.endLine();
        }
        return look.verdict(whole);
    }

    private Contents read(InputStream script, long allowedNanos) throws IOException {
        byte[] chunk = new byte[CHUNK_BYTES];
        long begin = System.nanoTime();
        int total = 0;
        for (int count = script.read(chunk); count >= 0; count = script.read(chunk)) {
            total += count;
            if (take(chunk, count)) {
                return Contents.COMPLETE;
            }
            if (total > MOST_BYTES || System.nanoTime() - begin > allowedNanos) {
                return rows ? Contents.DATA : Contents.UNKNOWN;
            }
        }
        endLine();
        return verdict(true);
    }

    private Contents verdict(boolean whole) {
        if (rows) {
            return tables ? Contents.COMPLETE : Contents.DATA;
        }
        return whole && definitions && !unsure ? Contents.SCHEMA : Contents.UNKNOWN;
    }

    /** Whether definitions and rows have been met. */
    private boolean take(byte[] chunk, int count) {
        for (int i = 0; i < count && !(rows && tables); i++) {
            if (chunk[i] == '\n') {
                endLine();
            } else if (length < line.length) {
                line[length++] = chunk[i];
            } else {
                cut = true;
            }
        }
        return rows && tables;
    }

    private void endLine() {
        if (length > 0 && (!byPgDump || "-\\CIR".indexOf(line[0]) >= 0)) {
            takeLine();
        }
        length = 0;
        cut = false;
    }

    private void takeLine() {
        String begin = new String(line, 0, length, ISO_8859_1);
        if (insideRows) {
            insideRows = !begin.stripTrailing().equals("\\.");
        } else {
            outsideRows(begin);
        }
    }

    private void outsideRows(String begin) {
        byPgDump |= begin.startsWith("-- PostgreSQL database dump");
        dataSection |= begin.startsWith("-- Data for Name: ");
        String sql = begin.toUpperCase(Locale.ROOT);
        if (sql.startsWith("CREATE ")) {
            definitions = true;
            tables |= CREATE_TABLE.matcher(sql).matches();
        }
        if (sql.startsWith("COPY ") && (cut || sql.contains("FROM STDIN"))) {
            rows = true;
            insideRows = true;
        }
        if (isInsert(sql)) {
            // a function of a dump may hold such a line before the rows begin
            rows |= !byPgDump || dataSection;
        } else {
            unsure |= cut && !byPgDump;
        }
    }

    /** sqlite3 writes the definitions of virtual tables and the counters of AUTOINCREMENT as rows of its own tables. */
    private static boolean isInsert(String sql) {
        int at = sql.startsWith("INSERT ") || sql.startsWith("REPLACE ")
                ? 0
                : sql.replace("; ", ";").indexOf(";INSERT ");
        return at >= 0 && !OWN_ROWS_OF_SQLITE.matcher(sql).matches();
    }
}
