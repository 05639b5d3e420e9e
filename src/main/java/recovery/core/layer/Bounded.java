package recovery.core.layer;

import static recovery.core.error.ErrorCode.BACKUP_UNSUPPORTED;
import static recovery.core.error.RecoveryException.problem;

import java.io.IOException;
import java.io.InputStream;

/** What is inside of a layer, within limits: stops a file that unpacks to more than anybody has room for. */
final class Bounded extends BlockStream {
    /** A ratio says nothing of less content: a small file may well hold the same byte only. */
    private static final long MEASURED_FROM = 64L << 20;

    private final InputStream in;
    private final Layer.Surroundings file;
    private long contentBytes;

    Bounded(InputStream in, Layer.Surroundings file) {
        this.in = in;
        this.file = file;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        int count = in.read(target, offset, length);
        contentBytes += Math.max(count, 0);
        if (contentBytes > MEASURED_FROM
                || contentBytes > file.opening().limits().contentBytes()) {
            check(file.opening().limits());
        }
        return count;
    }

    private void check(Limits limits) {
        if (contentBytes > limits.contentBytes()) {
            throw problem(
                            BACKUP_UNSUPPORTED,
                            "'%s' unpacks to more than %d bytes, which is the most that is allowed",
                            file.name(),
                            limits.contentBytes())
                    .remedy("If you know where it comes from, set MAX_CONTENT_SIZE to more and start again.");
        }
        long packedBytes = Math.max(1, file.position().getAsLong());
        if (contentBytes > MEASURED_FROM && contentBytes / packedBytes > limits.ratio()) {
            throw problem(
                            BACKUP_UNSUPPORTED,
                            "%d bytes of '%s' unpack to %d, which is more than %d times as much",
                            packedBytes,
                            file.name(),
                            contentBytes,
                            limits.ratio())
                    .remedy("If you know where it comes from, set MAX_COMPRESSION_RATIO to more and start again.");
        }
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
