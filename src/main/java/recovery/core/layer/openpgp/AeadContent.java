package recovery.core.layer.openpgp;

import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Optional;

/**
 * The content of a packet of authenticated chunks. A chunk is handed out only after its own tag fitted, and the end is
 * reported only after the last tag, which covers the length of all, fitted as well. For one thread.
 */
final class AeadContent extends Decrypted {
    private final InputStream in;
    private final Faults faults;
    private final int chunkBytes;
    /** One chunk with its tag, and so many bytes of what follows as tell whether it is the last one. */
    private final byte[] cipherText;

    private Optional<AeadFormat.Chunks> chunks = Optional.empty();
    private int cipherLength;
    private long number;
    private long contentBytes;

    private AeadContent(InputStream in, AeadFormat format, Faults faults) throws IOException {
        super(format.chunkBytes());
        this.in = in;
        this.faults = faults;
        this.chunkBytes = format.chunkBytes();
        this.cipherText = new byte[chunkBytes + 2 * AeadKind.TAG_BYTES];
        fill();
    }

    /** Empty if none of {@code keys} opens the first chunk. */
    static Optional<InputStream> open(InputStream in, AeadFormat format, List<SessionKey> keys, Faults faults)
            throws IOException {
        AeadContent content = new AeadContent(in, format, faults);
        content.chunks =
                keys.stream().map(format::chunks).filter(content::firstFits).findFirst();
        return content.chunks.map(found -> content);
    }

    private boolean firstFits(AeadFormat.Chunks candidate) {
        return chunkLength() == 0
                ? candidate.closes(0, 0, cipherText)
                : candidate.open(0, cipherText, chunkLength() + AeadKind.TAG_BYTES, plain);
    }

    @Override
    void decryptMore() throws IOException {
        int length = chunkLength();
        boolean last = isLast();
        int taken = 0;
        if (length > 0) {
            taken = length + AeadKind.TAG_BYTES;
            if (!chunks.orElseThrow().open(number, cipherText, taken, plain)) {
                throw faults.damaged("the tag of its chunk %d does not fit".formatted(number + 1));
            }
            number++;
            contentBytes += length;
            next = 0;
            limit = length;
        }
        System.arraycopy(cipherText, taken, cipherText, 0, cipherLength - taken);
        cipherLength -= taken;
        if (last) {
            close(length);
        } else {
            fill();
        }
    }

    private void close(int lengthOfLast) {
        boolean whole =
                cipherLength == AeadKind.TAG_BYTES && chunks.orElseThrow().closes(number, contentBytes, cipherText);
        if (!whole) {
            next = 0;
            limit = 0;
            throw faults.damaged("the tag behind its last chunk (of %d bytes) does not fit".formatted(lengthOfLast));
        }
        ended = true;
    }

    private void fill() throws IOException {
        cipherLength += in.readNBytes(cipherText, cipherLength, cipherText.length - cipherLength);
        int least = chunkLength() == 0 ? AeadKind.TAG_BYTES : 2 * AeadKind.TAG_BYTES + 1;
        if (cipherLength < least) {
            throw faults.damaged("its encrypted content ends inside of a tag");
        }
    }

    /** Everything up to the end of the packet was read, and it is no more than this chunk and the last tag. */
    private boolean isLast() {
        return cipherLength < cipherText.length;
    }

    private int chunkLength() {
        if (!isLast()) {
            return chunkBytes;
        }
        return cipherLength == AeadKind.TAG_BYTES ? 0 : cipherLength - 2 * AeadKind.TAG_BYTES;
    }
}
