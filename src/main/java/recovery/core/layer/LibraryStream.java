package recovery.core.layer;

import java.io.IOException;
import java.io.InputStream;
import org.tukaani.xz.MemoryLimitException;
import org.tukaani.xz.UnsupportedOptionsException;
import recovery.core.error.RecoveryException;

/**
 * The content of one or more streams that a library unpacks one by one, checksums included, and whose failures are told
 * in our words. Zero bytes behind the last one are passed over; anything else there with a note. For one thread.
 * Closing closes the stream underneath.
 */
final class LibraryStream extends BlockStream {
    private final PackedInput in;
    private final String packer;
    private final int[] begin;
    private final Library library;
    private InputStream stream = InputStream.nullInputStream();
    private boolean begun;
    private boolean ended;

    /** Must take the bytes of one stream and not one more. */
    interface Library {
        InputStream open(InputStream packed) throws IOException;
    }

    /**
     * @param packer for notes
     * @param begin the first bytes of each stream
     */
    LibraryStream(PackedInput in, String packer, int[] begin, Library library) {
        this.in = in;
        this.packer = packer;
        this.begin = begin.clone();
        this.library = library;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        while (!ended) {
            int count = readOrRefuse(target, offset, length);
            if (count > 0) {
                return count;
            }
            beginNext();
        }
        return -1;
    }

    private void beginNext() throws IOException {
        if (begun) {
            in.skipPadding();
            if (!in.begins(begin)) {
                in.noteTrailingBytes("TRAILING_BYTES", packer);
                ended = true;
                return;
            }
        }
        begun = true;
        try {
            stream = library.open(in.asStream());
        } catch (IOException | OutOfMemoryError e) {
            throw refusal(e);
        }
    }

    private int readOrRefuse(byte[] target, int offset, int length) throws IOException {
        try {
            return stream.read(target, offset, length);
        } catch (RecoveryException e) {
            throw e;
        } catch (IOException | RuntimeException | OutOfMemoryError e) {
            throw refusal(e);
        }
    }

    private RecoveryException refusal(Throwable e) throws IOException {
        if (e instanceof MemoryLimitException limited) {
            return in.unsupported("needs %d MiB of memory to be unpacked, and at most %d are given"
                            .formatted(limited.getMemoryNeeded() >> 10, limited.getMemoryLimit() >> 10))
                    .causedBy(e)
                    .remedy("Unpack it with the program that packed it, and restore the file that gives.");
        }
        if (e instanceof OutOfMemoryError) {
            return in.unsupported("needs more memory to be unpacked than this program was given")
                    .causedBy(e)
                    .remedy("Start this program with more memory, e.g. \"java -Xmx1g -jar emergency.jar\".");
        }
        if (e instanceof UnsupportedOptionsException) {
            return in.unsupported("is packed in a way that is not known: " + e.getMessage())
                    .causedBy(e)
                    .remedy("Unpack it with the program that packed it, and restore the file that gives.");
        }
        if (in.peek(0) < 0) {
            return in.truncated();
        }
        return in.damaged(
                "its compressed data is not valid: " + (e.getMessage() == null ? "no reason given" : e.getMessage()));
    }

    @Override
    public void close() throws IOException {
        ended = true;
        in.close();
    }
}
