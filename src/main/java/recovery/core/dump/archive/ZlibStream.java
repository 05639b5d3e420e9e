package recovery.core.dump.archive;

import java.io.IOException;
import java.io.InputStream;
import java.util.function.LongSupplier;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import recovery.core.layer.BlockStream;

/**
 * The content of a data block in zlib's form (RFC 1950), which custom archives use for gzip. Its end is reported only
 * after its checksum fitted and if nothing follows it. For one thread.
 */
final class ZlibStream extends BlockStream {
    private final InputStream in;
    private final LongSupplier position;
    private final Inflater inflater = new Inflater();
    private final byte[] buffer = new byte[64 * 1024];
    private boolean ended;

    ZlibStream(InputStream in, LongSupplier position) {
        this.in = in;
        this.position = position;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        try {
            while (!ended) {
                int count = inflater.inflate(target, offset, length);
                if (count > 0) {
                    return count;
                }
                more();
            }
        } catch (DataFormatException e) {
            throw ArchiveProblems.damaged(
                    "its compressed data is not valid: "
                            + (e.getMessage() == null ? "no reason given" : e.getMessage()),
                    position.getAsLong());
        }
        return -1;
    }

    private void more() throws IOException, DataFormatException {
        if (inflater.finished()) {
            if (inflater.getRemaining() > 0 || in.read() >= 0) {
                throw new DataFormatException("bytes follow behind its end");
            }
            close();
        } else if (inflater.needsDictionary()) {
            throw new DataFormatException("preset dictionary");
        } else {
            int count = in.read(buffer, 0, buffer.length);
            if (count < 0) {
                throw new DataFormatException("it ends too early");
            }
            inflater.setInput(buffer, 0, count);
        }
    }

    @Override
    public void close() {
        ended = true;
        inflater.end();
    }
}
