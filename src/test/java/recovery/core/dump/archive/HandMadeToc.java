package recovery.core.dump.archive;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.util.List;

/** Writes custom archives byte by byte, as some version of pg_dump would. */
final class HandMadeToc {
    private final int minor;
    private final ByteArrayOutputStream entries = new ByteArrayOutputStream();
    private final ByteArrayOutputStream blocks = new ByteArrayOutputStream();
    private int count;

    HandMadeToc(int minor) {
        this.minor = minor;
    }

    /** An entry without data. */
    HandMadeToc entry(String kind, int section, String schema, String tag, String definition, String owner) {
        return entry(kind, section, schema, tag, definition, "", owner, false, List.of());
    }

    HandMadeToc entry(
            String kind,
            int section,
            String schema,
            String tag,
            String definition,
            String drop,
            String owner,
            boolean withOids,
            List<Integer> dependencies) {
        head(kind, section, tag, false);
        texts(definition, drop, null, schema);
        tail(kind, owner, withOids, dependencies);
        offset(3);
        return this;
    }

    /** Rows behind a COPY statement, in one uncompressed block whose place is not known. */
    HandMadeToc rows(String schema, String tag, String copy, String data) {
        head("TABLE DATA", 3, tag, true);
        texts(null, null, copy, schema);
        tail("TABLE DATA", "", false, List.of());
        offset(1);
        blocks.write(1);
        number(blocks, count);
        number(blocks, data.length());
        blocks.writeBytes(data.getBytes(UTF_8));
        number(blocks, 0);
        return this;
    }

    private void head(String kind, int section, String tag, boolean hasData) {
        number(entries, ++count);
        number(entries, hasData ? 1 : 0);
        text(entries, "1259");
        text(entries, "16384");
        text(entries, tag);
        text(entries, kind);
        number(entries, section);
    }

    private void texts(String definition, String drop, String copy, String schema) {
        text(entries, definition);
        text(entries, drop);
        text(entries, copy);
        text(entries, schema);
    }

    private void tail(String kind, String owner, boolean withOids, List<Integer> dependencies) {
        text(entries, kind.equals("TABLE") ? "" : null);
        if (minor >= 14) {
            text(entries, kind.equals("TABLE") ? "heap" : null);
        }
        if (minor >= 16) {
            number(entries, kind.equals("TABLE") ? 'r' : 0);
        }
        text(entries, owner);
        text(entries, withOids ? "true" : "false");
        dependencies.forEach(id -> text(entries, String.valueOf(id)));
        text(entries, null);
    }

    private void offset(int flag) {
        entries.write(flag);
        entries.writeBytes(new byte[8]);
    }

    byte[] archive() {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        all.writeBytes("PGDMP".getBytes(UTF_8));
        all.writeBytes(new byte[] {1, (byte) minor, 0, 4, 8, 1});
        if (minor >= 15) {
            all.write(0);
        } else {
            number(all, 0);
        }
        for (int part : new int[] {1, 2, 3, 4, 5, 118, 0}) {
            number(all, part);
        }
        text(all, "shop");
        text(all, "9.6.1");
        text(all, "9.6.2 by hand");
        number(all, count);
        all.writeBytes(entries.toByteArray());
        all.writeBytes(blocks.toByteArray());
        return all.toByteArray();
    }

    private static void number(ByteArrayOutputStream out, int value) {
        out.write(value < 0 ? 1 : 0);
        int left = Math.abs(value);
        for (int i = 0; i < 4; i++) {
            out.write(left >>> (8 * i));
        }
    }

    private static void text(ByteArrayOutputStream out, String text) {
        if (text == null) {
            number(out, -1);
        } else {
            byte[] bytes = text.getBytes(UTF_8);
            number(out, bytes.length);
            out.writeBytes(bytes);
        }
    }
}
