package recovery.core.dump.archive;

import java.io.IOException;
import java.io.InputStream;
import java.io.PushbackInputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;
import recovery.core.error.Note;
import recovery.core.layer.BlockStream;
import recovery.core.layer.GzipStream;
import recovery.core.layer.Lz4Stream;
import recovery.core.layer.ZstdStream;

/**
 * A data block without its compression. It ends only after the compression proved its end and if nothing follows it.
 * For one thread.
 */
final class PackedContent extends BlockStream {
    private final InputStream in;
    private final List<Note> trailing;
    private final LongSupplier position;
    private boolean ended;

    private PackedContent(InputStream in, List<Note> trailing, LongSupplier position) {
        this.in = in;
        this.trailing = trailing;
        this.position = position;
    }

    /**
     * The content of {@code block}. Without any bytes it may be empty: for an empty large object pg_dump does not begin
     * some kinds of compression.
     *
     * @param position for errors
     */
    static InputStream open(InputStream block, Packing packing, LongSupplier position) throws IOException {
        if (packing == Packing.NONE) {
            return block;
        }
        PushbackInputStream packed = new PushbackInputStream(block);
        int first = packed.read();
        if (first >= 0) {
            packed.unread(first);
        } else if (packing == Packing.ZLIB || packing == Packing.LZ4) {
            return InputStream.nullInputStream();
        }
        List<Note> trailing = new ArrayList<>();
        return switch (packing) {
            case NONE -> packed;
            case ZLIB -> new ZlibStream(packed, position);
            case GZIP -> new PackedContent(new GzipStream(packed, position, trailing), trailing, position);
            case LZ4 -> new PackedContent(new Lz4Stream(packed, position, trailing), trailing, position);
            case ZSTD -> new PackedContent(new ZstdStream(packed, position, trailing), trailing, position);
        };
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        if (ended) {
            return -1;
        }
        int count = in.read(target, offset, length);
        if (count < 0) {
            close();
            if (!trailing.isEmpty()) {
                throw ArchiveProblems.damaged(
                        "bytes follow behind the compressed data of a block", position.getAsLong());
            }
        }
        return count;
    }

    @Override
    public void close() throws IOException {
        ended = true;
        in.close();
    }
}
