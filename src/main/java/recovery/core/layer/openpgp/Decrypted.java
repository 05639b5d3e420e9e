package recovery.core.layer.openpgp;

import java.io.IOException;
import recovery.core.layer.BlockStream;

/** Content that is decrypted piece by piece and handed out from a buffer, which the kind of encryption fills. */
abstract class Decrypted extends BlockStream {
    final byte[] plain;
    /** What may be handed out lies in {@link #plain} from here to {@link #limit}. */
    int next;

    int limit;
    /** Set only when the content was proven to be whole. */
    boolean ended;

    Decrypted(int bufferBytes) {
        plain = new byte[bufferBytes];
    }

    /** Moves {@link #next} and {@link #limit} to the next piece, which may be empty, or sets {@link #ended}. */
    abstract void decryptMore() throws IOException;

    @Override
    public final int read(byte[] target, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        while (next == limit) {
            if (ended) {
                return -1;
            }
            decryptMore();
        }
        int count = Math.min(length, limit - next);
        System.arraycopy(plain, next, target, offset, count);
        next += count;
        return count;
    }
}
