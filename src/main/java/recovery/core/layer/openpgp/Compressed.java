package recovery.core.layer.openpgp;

import java.io.IOException;
import java.io.InputStream;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import org.apache.commons.compress.compressors.bzip2.BZip2CompressorInputStream;
import recovery.core.layer.BlockStream;

/**
 * The content of a compressed packet: ZIP (bare deflate) or ZLIB. Bytes of the packet behind the end of the compressed
 * data are passed over, as gpg does. For one thread. Closing frees the memory of the decompressor.
 */
final class Compressed extends BlockStream {
    private final InputStream in;
    private final Faults faults;
    private final Inflater inflater;
    private final byte[] buffer = new byte[64 * 1024];
    private boolean padded;
    private boolean ended;

    private Compressed(InputStream in, Faults faults, boolean bare) {
        this.in = in;
        this.faults = faults;
        this.inflater = new Inflater(bare);
    }

    static InputStream open(InputStream body, Faults faults) throws IOException {
        int algorithm = body.read();
        return switch (algorithm) {
            case -1 -> throw faults.damaged("its compressed packet is empty");
            case 0 -> body;
            case 1 -> new Compressed(body, faults, true);
            case 2 -> new Compressed(body, faults, false);
            case 3 -> new Bzip2(body, faults);
            default -> throw faults.unsupported("a compression of the unknown number " + algorithm);
        };
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
                ended = inflater.finished();
                if (inflater.needsDictionary()) {
                    throw new DataFormatException("preset dictionary");
                }
                if (!ended) {
                    giveMore();
                }
            }
            return -1;
        } catch (DataFormatException e) {
            throw faults.damaged("its compressed data is not valid");
        }
    }

    /** Bare deflate wants one byte more than there is. */
    private void giveMore() throws IOException {
        int count = in.read(buffer, 0, buffer.length);
        if (count < 0 && padded) {
            throw faults.damaged("its compressed data ends too early");
        }
        if (count < 0) {
            padded = true;
            buffer[0] = 0;
            count = 1;
        }
        inflater.setInput(buffer, 0, count);
    }

    @Override
    public void close() {
        inflater.end();
        ended = true;
    }

    /** Says in the words of this program what Commons Compress finds wrong. */
    private static final class Bzip2 extends BlockStream {
        private final InputStream in;
        private final Faults faults;

        Bzip2(InputStream body, Faults faults) throws IOException {
            this.faults = faults;
            this.in = opened(body);
        }

        private InputStream opened(InputStream body) throws IOException {
            try {
                return new BZip2CompressorInputStream(body, false);
            } catch (IOException | IndexOutOfBoundsException e) {
                throw faults.damaged("its compressed data is not valid");
            }
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            try {
                return in.read(target, offset, length);
            } catch (IOException | IndexOutOfBoundsException e) {
                throw faults.damaged("its compressed data is not valid");
            }
        }

        @Override
        public void close() throws IOException {
            in.close();
        }
    }
}
