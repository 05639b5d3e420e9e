package recovery.core.dump.sqlite;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.util.Arrays;
import java.util.Optional;
import recovery.core.dump.DumpBytes;
import recovery.core.dump.Entry;

/**
 * Notices that a script brings one INSERT of the same form after the other, and then takes them as {@link InsertRows}.
 * Whatever does not fit stays where it is. For one thread.
 */
final class InsertRun {
    /** Rows are worth a prepared statement only if many of them follow one another. */
    private static final int WORTH = 16;

    private final DumpBytes dump;
    private final ValueList list = new ValueList();
    private Entry entry = Entry.NONE;
    private String head = "";
    private byte[] headBytes = {};
    private int seen;

    InsertRun(DumpBytes dump) {
        this.dump = dump;
    }

    /** Takes notice of a statement that was read as a whole. */
    void follow(StatementHead next, Entry about, String sql) {
        if (!next.plainValues() || next.values() == 0) {
            seen = 0;
        } else if (next.values() == head.length() && sql.startsWith(head)) {
            seen++;
        } else {
            seen = 1;
            entry = about;
            head = sql.substring(0, next.values());
            headBytes = head.getBytes(UTF_8);
        }
    }

    /** The rows of the next statements; empty if the next one has to be read as a whole. */
    Optional<InsertRows> take() throws IOException {
        if (seen < WORTH) {
            return Optional.empty();
        }
        InsertRows rows = null;
        while (rows == null || !rows.isFull()) {
            int length = next();
            if (length < 0) {
                break;
            }
            rows = rows == null ? new InsertRows(entry, head, list.count()) : rows;
            if (!rows.widen(list.forms(), list.count())) {
                break;
            }
            rows.add(list.values(), length, dump.position(), dump.line());
            dump.skip(length);
        }
        if (rows == null || rows.count() < WORTH) {
            seen = 0;
        }
        return Optional.ofNullable(rows);
    }

    /** Bytes of the next statement if it fits, else less than 0. Takes the white space before it. */
    private int next() throws IOException {
        int blank = 0;
        while (StatementScan.isSpace(dump.peek(blank))) {
            blank++;
        }
        dump.skip(blank);
        if (dump.peek(headBytes.length) < 0 || !startsWithHead()) {
            return ValueList.OTHER;
        }
        while (true) {
            int behind = list.read(dump.bytes(), dump.begin() + headBytes.length, dump.end());
            if (behind >= 0) {
                return behind - dump.begin();
            }
            boolean more = behind == ValueList.TOO_SHORT && dump.end() - dump.begin() < InsertRows.MOST_BYTES;
            if (!more || !dump.more()) {
                return ValueList.OTHER;
            }
        }
    }

    private boolean startsWithHead() {
        int begin = dump.begin();
        return Arrays.equals(dump.bytes(), begin, begin + headBytes.length, headBytes, 0, headBytes.length);
    }
}
