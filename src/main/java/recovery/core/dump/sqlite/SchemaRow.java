package recovery.core.dump.sqlite;

import static java.nio.charset.StandardCharsets.UTF_16BE;
import static java.nio.charset.StandardCharsets.UTF_16LE;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.nio.charset.Charset;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * One row of {@code sqlite_schema}: type, name, table, root page, SQL. The record format: a header with its own length
 * and one type per column (0 null, 1–6 integers of 1, 2, 3, 4, 6, 8 bytes, 8 and 9 the numbers 0 and 1, odd from 13
 * text of (type − 13) / 2 bytes), then the values. All numbers of the header are varints.
 *
 * @param sql as much of it as stands on the page
 */
record SchemaRow(String type, String name, int root, String sql) {
    private static final System.Logger LOG = System.getLogger(SchemaRow.class.getName());
    private static final int[] INTEGER_BYTES = {0, 1, 2, 3, 4, 6, 8};

    boolean isTable() {
        return type.equals("table");
    }

    boolean isVirtual() {
        return isTable() && sql.toUpperCase(Locale.ROOT).startsWith("CREATE VIRTUAL");
    }

    /** Whether the virtual table {@code owner} keeps its data in this table. */
    boolean isShadowOf(String owner) {
        return name.startsWith(owner + "_") && PageMap.isShadowSuffix(name.substring(owner.length() + 1));
    }

    /** The rows on a leaf page whose header begins at {@code begin}; those that cannot be read are left out. */
    static List<SchemaRow> of(byte[] page, int begin, SqliteHeader header) {
        ByteBuffer bytes = ByteBuffer.wrap(page);
        List<SchemaRow> rows = new ArrayList<>();
        int cells = bytes.getShort(begin + 3) & 0xFFFF;
        for (int cell = 0; cell < cells && begin + 10 + 2 * cell <= page.length; cell++) {
            int at = bytes.getShort(begin + 8 + 2 * cell) & 0xFFFF;
            try {
                row(bytes.position(at), header).ifPresent(rows::add);
            } catch (IndexOutOfBoundsException | IllegalArgumentException | java.nio.BufferUnderflowException torn) {
                // a damaged cell; what SQLite makes of it is found out by its own check
                LOG.log(System.Logger.Level.DEBUG, "a row of the schema cannot be read", torn);
            }
        }
        return rows;
    }

    private static Optional<SchemaRow> row(ByteBuffer cell, SqliteHeader header) {
        long payload = varint(cell);
        varint(cell);
        int record = cell.position();
        int end = (int) Math.min((long) record + local(payload, header.usablePageSize()), cell.limit());
        int headerEnd = record + Math.toIntExact(Math.min(varint(cell), 1000));
        long[] types = new long[5];
        for (int column = 0; column < types.length && cell.position() < headerEnd; column++) {
            types[column] = varint(cell);
        }
        Charset charset = header.encoding() == 2 ? UTF_16LE : header.encoding() == 3 ? UTF_16BE : UTF_8;
        cell.position(headerEnd);
        String type = text(cell, types[0], end, charset);
        String name = text(cell, types[1], end, charset);
        text(cell, types[2], end, charset);
        int root = Math.toIntExact(integer(cell, types[3]));
        return Optional.of(new SchemaRow(type, name, root, text(cell, types[4], end, charset)));
    }

    /** Bytes of a payload that stand on the page itself, by the rule of the file format. */
    private static long local(long payload, int usable) {
        int most = usable - 35;
        int least = (usable - 12) * 32 / 255 - 23;
        long fitting = least + (payload - least) % (usable - 4);
        return payload <= most ? payload : fitting <= most ? fitting : least;
    }

    private static String text(ByteBuffer bytes, long type, int end, Charset charset) {
        int length = type >= 13 && type % 2 == 1 ? (int) Math.min((type - 13) / 2, Integer.MAX_VALUE) : 0;
        byte[] text = new byte[Math.max(0, Math.min(length, end - bytes.position()))];
        bytes.get(text);
        return new String(text, charset);
    }

    private static long integer(ByteBuffer bytes, long type) {
        if (type == 8 || type == 9) {
            return type - 8;
        }
        long value = 0;
        for (int i = 0; type > 0 && type < INTEGER_BYTES.length && i < INTEGER_BYTES[(int) type]; i++) {
            byte next = bytes.get();
            value = i == 0 ? next : value << 8 | (next & 0xFF);
        }
        return value;
    }

    /** Seven bits a byte, the highest bit says that another one follows; a ninth byte has eight. */
    private static long varint(ByteBuffer bytes) {
        long value = 0;
        for (int i = 0; i < 8; i++) {
            byte next = bytes.get();
            value = value << 7 | (next & 0x7F);
            if (next >= 0) {
                return value;
            }
        }
        return value << 8 | (bytes.get() & 0xFF);
    }
}
