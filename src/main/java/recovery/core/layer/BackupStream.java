package recovery.core.layer;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;
import recovery.core.error.Note;

/**
 * A backup file opened for reading with its layers taken off: what {@link #content} gives is the dump itself.
 *
 * <p>Each layer proves its own end: a stream that stops early or whose checksum is wrong throws a
 * {@code RecoveryException} (DUMP_TRUNCATED, DUMP_DAMAGED) and never reports an end of file. Progress is the position
 * in the file, not in the content. Closing closes the file. For one thread, except {@link #filePosition}.
 */
public final class BackupStream implements AutoCloseable {
    private BackupStream() {}

    /** Opens {@code file}; {@code cancellation} is checked at every read of the file. */
    public static BackupStream open(Path file, Cancellation cancellation) throws IOException {
        throw new UnsupportedOperationException();
    }

    /** The dump without its layers. The same stream at every call. */
    public InputStream content() {
        throw new UnsupportedOperationException();
    }

    /** Bytes of the file read so far. Any thread may ask. */
    public long filePosition() {
        throw new UnsupportedOperationException();
    }

    public long fileSize() {
        throw new UnsupportedOperationException();
    }

    /** What the layers met that is worth a note, e.g. bytes behind the end of a gzip file; complete at the end. */
    public List<Note> notes() {
        throw new UnsupportedOperationException();
    }

    @Override
    public void close() throws IOException {}
}
