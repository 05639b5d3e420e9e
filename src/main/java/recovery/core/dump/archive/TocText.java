package recovery.core.dump.archive;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.BufferedInputStream;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import recovery.core.layer.BlockStream;

/**
 * The long texts of a table of contents. A small one is kept in memory; a large one is read again, from its beginning
 * if a text stands before the last one. For one thread.
 */
final class TocText {
    /** So much of a table of contents is kept. */
    static final int MOST_KEPT = 8 << 20;

    private final Optional<byte[]> kept;
    private final Source source;
    private Optional<InputStream> open = Optional.empty();
    private long position;

    /** Opens the file of the table of contents once more; whoever gave it closes what it opened. */
    interface Source {
        InputStream open() throws IOException;
    }

    TocText(Optional<byte[]> kept, Source source) {
        this.kept = kept;
        this.source = source;
    }

    /** The bytes of one text; it is read before the next one is asked for. */
    InputStream open(Slice slice) throws IOException {
        if (slice.isEmpty()) {
            return InputStream.nullInputStream();
        }
        if (kept.isPresent()) {
            return new ByteArrayInputStream(kept.get(), (int) slice.at(), slice.length());
        }
        if (open.isEmpty() || slice.at() < position) {
            close();
            open = Optional.of(new BufferedInputStream(source.open(), 1 << 16));
            position = 0;
        }
        open.get().skipNBytes(slice.at() - position);
        position = slice.at();
        return new Part(open.get(), slice.length());
    }

    /** A text of at most {@code most} bytes, one character for each. */
    String read(Slice slice, int most) throws IOException {
        if (slice.length() > most) {
            throw ArchiveProblems.damaged(
                    "a text of %d bytes stands where at most %d are expected".formatted(slice.length(), most),
                    slice.at());
        }
        try (InputStream text = open(slice)) {
            return new String(text.readAllBytes(), ISO_8859_1);
        }
    }

    private void close() throws IOException {
        if (open.isPresent()) {
            open.get().close();
            open = Optional.empty();
        }
    }

    /** Closing it leaves the stream underneath open. */
    private final class Part extends BlockStream {
        private final InputStream in;
        private int left;

        Part(InputStream in, int length) {
            this.in = in;
            this.left = length;
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            if (left == 0) {
                return -1;
            }
            int count = in.read(target, offset, Math.min(length, left));
            if (count < 0) {
                throw ArchiveProblems.truncated("inside its table of contents", position);
            }
            left -= count;
            position += count;
            return count;
        }
    }
}
