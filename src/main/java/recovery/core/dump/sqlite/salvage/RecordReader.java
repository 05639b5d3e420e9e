package recovery.core.dump.sqlite.salvage;

import static java.nio.charset.StandardCharsets.UTF_16BE;
import static java.nio.charset.StandardCharsets.UTF_16LE;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.charset.Charset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The record format: a header with its own length and one type per column (0 null, 1–6 integers of 1, 2, 3, 4, 6, 8
 * bytes, 7 a floating-point number, 8 and 9 the numbers 0 and 1, even from 12 bytes, odd from 13 text), then the
 * values. Only a record whose parts add up to its length is one.
 */
final class RecordReader {
    private static final int[] BYTES = {0, 1, 2, 3, 4, 6, 8, 8, 0, 0};

    /** SQLite's own limit. */
    private static final int MOST_COLUMNS = 32_767;

    private final Charset charset;

    RecordReader(int encoding) {
        this.charset = encoding == 2 ? UTF_16LE : encoding == 3 ? UTF_16BE : UTF_8;
    }

    interface Texts {
        void text(int from, int to);
    }

    /** Shows where texts lie that stand on the page as a whole. */
    static void texts(byte[] page, int at, int length, Texts texts) {
        Cursor types = new Cursor(page, at, at + length);
        long header = types.varint();
        int end = at + length;
        long value = at + header;
        while (header > 0 && types.at() < at + header && !types.torn() && value <= end) {
            long type = types.varint();
            long bytes = bytesOf(type);
            if (bytes < 0 || value + bytes > end) {
                return;
            }
            if (type >= 13 && type % 2 == 1) {
                texts.text((int) value, (int) (value + bytes));
            }
            value += bytes;
        }
    }

    /**
     * Reads the values of a record of which only {@code present} bytes may be there: then those values that are. Null
     * if it is no record.
     *
     * @param length of the whole record
     */
    List<Object> values(byte[] record, int present, long length) {
        long[] types = types(record, present, length);
        if (types == null) {
            return null;
        }
        List<Object> values = new ArrayList<>(types.length - 1);
        Cursor cursor = new Cursor(record, (int) types[0], present);
        for (int column = 1; column < types.length && cursor.has(bytesOf(types[column])); column++) {
            values.add(value(record, cursor, types[column]));
        }
        return values;
    }

    /** Whether what stands of it on its page can be a record. */
    boolean isRecord(byte[] page, Cell cell) {
        byte[] local = Arrays.copyOfRange(page, cell.at(), cell.at() + cell.local());
        return types(local, local.length, cell.payload()) != null;
    }

    /** The length of the header, then the types; null if they cannot be those of a record of that length. */
    private static long[] types(byte[] record, int present, long length) {
        Cursor cursor = new Cursor(record, 0, present);
        long header = cursor.varint();
        if (cursor.torn() || header < 2 || header > length || header > present) {
            return null;
        }
        long[] types = new long[16];
        types[0] = header;
        int count = 1;
        long total = header;
        while (cursor.at() < header) {
            long type = cursor.varint();
            long bytes = bytesOf(type);
            if (cursor.torn() || bytes < 0 || bytes > length || count > MOST_COLUMNS) {
                return null;
            }
            types = count == types.length ? Arrays.copyOf(types, count * 2) : types;
            types[count++] = type;
            total += bytes;
        }
        return cursor.at() == header && total == length ? Arrays.copyOf(types, count) : null;
    }

    /** −1 for a type that does not exist. */
    private static long bytesOf(long type) {
        if (type < 0 || type == 10 || type == 11) {
            return -1;
        }
        return type < 10 ? BYTES[(int) type] : (type - 12) / 2;
    }

    private Object value(byte[] record, Cursor cursor, long type) {
        int bytes = (int) bytesOf(type);
        if (type == 0) {
            return null;
        }
        if (type <= 6) {
            return cursor.integer(bytes);
        }
        if (type == 7) {
            return Double.longBitsToDouble(cursor.integer(8));
        }
        if (type <= 9) {
            return type - 8;
        }
        int at = cursor.at();
        cursor.skip(bytes);
        return type % 2 == 0 ? Arrays.copyOfRange(record, at, at + bytes) : text(record, at, bytes);
    }

    private Object text(byte[] record, int at, int length) {
        String text = new String(record, at, length, charset);
        if (text.indexOf('\uFFFD') >= 0) {
            byte[] bytes = Arrays.copyOfRange(record, at, at + length);
            return Arrays.equals(bytes, text.getBytes(charset)) ? text : new RawText(bytes);
        }
        return text;
    }
}
