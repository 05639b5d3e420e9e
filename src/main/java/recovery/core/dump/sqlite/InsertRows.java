package recovery.core.dump.sqlite;

import java.util.Arrays;
import recovery.core.dump.Entry;

/**
 * Rows of INSERT statements that follow one another, fill the same columns of the same table and hold nothing but
 * values: as values for one prepared statement, which is run once for each row. That does what the statements do, one
 * after the other, and SQLite need not read their text.
 *
 * <p>A number with a point or an exponent comes as its text and is multiplied by 1 in {@link #sql}: then SQLite turns it
 * into a number itself, by the rules by which it reads a script.
 */
public final class InsertRows {
    static final int MOST_ROWS = 1000;
    static final int MOST_BYTES = 256 * 1024;

    /** What a value may be, and with it what stands for it in the prepared statement. */
    enum Form {
        /** An integer or NULL, which is the same in both of the others. */
        ANY("?"),
        NUMBER("?*1"),
        TEXT_OR_BLOB("?");

        private final String parameter;

        Form(String parameter) {
            this.parameter = parameter;
        }

        private boolean fits(Form other) {
            return this == ANY || other == ANY || this == other;
        }
    }

    private final Entry entry;
    private final String head;
    private final int columns;
    private final Form[] forms;
    private Object[] values;
    private final long[] positions = new long[MOST_ROWS];
    private final long[] lines = new long[MOST_ROWS];
    private int count;
    private long bytes;

    /** {@code head}: everything of the statements up to the word VALUES. */
    InsertRows(Entry entry, String head, int columns) {
        this.entry = entry;
        this.head = head;
        this.columns = columns;
        this.forms = new Form[columns];
        Arrays.fill(forms, Form.ANY);
        this.values = new Object[columns * 16];
    }

    /** Whether a row fits that has these forms; if it does, it must be added. */
    boolean widen(Form[] others, int length) {
        if (length != columns) {
            return false;
        }
        for (int i = 0; i < columns; i++) {
            if (!forms[i].fits(others[i])) {
                return false;
            }
        }
        for (int i = 0; i < columns; i++) {
            if (forms[i] == Form.ANY) {
                forms[i] = others[i];
            }
        }
        return true;
    }

    void add(Object[] row, int length, long position, long line) {
        if ((count + 1) * columns > values.length) {
            values = Arrays.copyOf(values, Math.min(2 * values.length, MOST_ROWS * columns));
        }
        System.arraycopy(row, 0, values, count * columns, columns);
        positions[count] = position;
        lines[count] = line;
        count++;
        bytes += length;
    }

    boolean isFull() {
        return count == MOST_ROWS || bytes >= MOST_BYTES;
    }

    /** What the rows are about, as in the statements. */
    public Entry entry() {
        return entry;
    }

    /** The statement with a parameter for each value of so many rows. */
    public String sql(int rows) {
        StringBuilder row = new StringBuilder();
        for (int i = 0; i < columns; i++) {
            row.append(i == 0 ? '(' : ',').append(forms[i].parameter);
        }
        return head + (row.append(')') + ",").repeat(rows - 1) + row;
    }

    /** How many rows; at least one. */
    public int count() {
        return count;
    }

    public int columns() {
        return columns;
    }

    /** A {@code Long}, {@code String}, {@code byte[]} or {@code null}; both counted from 0. */
    public Object value(int row, int column) {
        return values[row * columns + column];
    }

    /** Byte of the script at which the statement of this row begins. */
    public long position(int row) {
        return positions[row];
    }

    /** Line of the script in which the statement of this row begins. */
    public long line(int row) {
        return lines[row];
    }

    /** Bytes that the statements have in the script. */
    public long sizeBytes() {
        return bytes;
    }
}
