package recovery.core.dump.plain;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import recovery.core.dump.DumpBytes;
import recovery.core.dump.DumpChoice;
import recovery.core.dump.DumpPart;
import recovery.core.dump.RowBlock;
import recovery.harness.StutteringStream;

/** What a reader made of a dump, read to its end. */
final class Parts {
    final List<DumpPart> all = new ArrayList<>();
    final List<String> statements = new ArrayList<>();
    /** Bytes of the rows by table, one character for each byte. */
    final Map<String, String> rows = new LinkedHashMap<>();

    final Map<String, Long> rowCounts = new LinkedHashMap<>();
    PlainDumpReader reader;
    String text = "";

    /** Reads {@code sql}, which arrives in pieces of one to three bytes. */
    static Parts of(String sql) {
        Parts parts = of(sql.getBytes(UTF_8));
        parts.text = sql;
        return parts;
    }

    static Parts of(byte[] dump) {
        return of(new StutteringStream(dump), 64);
    }

    /** As {@link #of}, from a stream that gives all it is asked for. */
    static Parts quickly(byte[] dump) {
        return of(new ByteArrayInputStream(dump), 4096);
    }

    /** What {@code choice} takes of a dump. */
    static Parts chosen(byte[] dump, DumpChoice choice) {
        Parts parts = new Parts();
        parts.read(new PlainDumpReader(new DumpBytes(new ByteArrayInputStream(dump)), choice), 4096);
        return parts;
    }

    static Parts of(InputStream dump, int blockBytes) {
        Parts parts = new Parts();
        parts.read(new PlainDumpReader(new DumpBytes(dump)), blockBytes);
        return parts;
    }

    /** Keeps what was read before a failure. */
    void read(PlainDumpReader from, int blockBytes) {
        reader = from;
        try {
            Optional<DumpPart> part = reader.next();
            while (part.isPresent()) {
                add(part.get(), new RowBlock(blockBytes));
                part = reader.next();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void add(DumpPart part, RowBlock block) throws IOException {
        all.add(part);
        if (part instanceof DumpPart.Statement statement) {
            statements.add(statement.sql());
        } else if (part instanceof DumpPart.Rows rowsPart) {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            while (rowsPart.rows().read(block)) {
                bytes.write(block.bytes(), 0, block.length());
            }
            rows.merge(rowsPart.table(), bytes.toString(ISO_8859_1), String::concat);
            rowCounts.merge(rowsPart.table(), rowsPart.rows().rowCount(), Long::sum);
        }
    }
}
