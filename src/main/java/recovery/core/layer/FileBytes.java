package recovery.core.layer;

import static recovery.core.error.ErrorCode.FILE_NOT_ACCESSIBLE;
import static recovery.core.error.RecoveryException.problem;

import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import recovery.core.error.RecoveryException;

/**
 * The bottom of every read: the bytes of the file, counted, and the place where cancelling takes effect. For one
 * thread, except {@link #position}.
 */
final class FileBytes extends BlockStream {
    private final Path file;
    private final InputStream in;
    private final Cancellation cancellation;
    private volatile long position;

    FileBytes(Path file, Cancellation cancellation) {
        this(file, 0, cancellation);
    }

    /** From byte {@code begin} on. */
    FileBytes(Path file, long begin, Cancellation cancellation) {
        this.file = file;
        this.cancellation = cancellation;
        try {
            in = Channels.newInputStream(
                    FileChannel.open(file, StandardOpenOption.READ).position(begin));
        } catch (IOException e) {
            throw unreadable(e);
        }
    }

    /** Bytes read or stepped over so far, from where it began. Any thread may ask. */
    long position() {
        return position;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        cancellation.check();
        try {
            int count = in.read(target, offset, length);
            advance(count);
            return count;
        } catch (IOException e) {
            throw unreadable(e);
        }
    }

    /** Moves on without reading. */
    @Override
    public long skip(long bytes) throws IOException {
        cancellation.check();
        try {
            long count = in.skip(bytes);
            advance(count);
            return count;
        } catch (IOException e) {
            throw unreadable(e);
        }
    }

    /** Only the reading thread writes. */
    private void advance(long count) {
        if (count > 0) {
            long moved = position + count;
            position = moved;
        }
    }

    @Override
    public void close() throws IOException {
        in.close();
    }

    RecoveryException unreadable(IOException reason) {
        return problem(FILE_NOT_ACCESSIBLE, "the file '%s' cannot be read: %s", file.getFileName(), reason)
                .causedBy(reason)
                .remedy("Check that the file still exists, that this user may read it, and that its disk is mounted.");
    }
}
