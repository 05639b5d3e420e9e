package recovery.core.layer.openpgp;

import java.io.IOException;
import java.io.InputStream;

/** Bytes of packets with a look at the next one. Large reads go past the buffer. For one thread. */
final class PacketInput {
    private final InputStream in;
    private final Faults faults;
    private final byte[] buffer = new byte[64 * 1024];
    private int next;
    private int limit;

    PacketInput(InputStream in, Faults faults) {
        this.in = in;
        this.faults = faults;
    }

    Faults faults() {
        return faults;
    }

    /** -1 if nothing follows. */
    int peek() throws IOException {
        if (next == limit) {
            // a read that fails must not bring back what was taken before
            int count = in.read(buffer, 0, buffer.length);
            next = 0;
            limit = Math.max(0, count);
        }
        return next == limit ? -1 : buffer[next] & 0xFF;
    }

    int take() throws IOException {
        int value = peek();
        if (value < 0) {
            throw faults.truncated();
        }
        next++;
        return value;
    }

    /** Big-endian. */
    long takeNumber(int bytes) throws IOException {
        long value = 0;
        for (int i = 0; i < bytes; i++) {
            value = value << 8 | take();
        }
        return value;
    }

    /** As {@link InputStream#read(byte[], int, int)}. */
    int read(byte[] target, int offset, int length) throws IOException {
        if (next == limit && length >= buffer.length) {
            return in.read(target, offset, length);
        }
        if (peek() < 0) {
            return -1;
        }
        int count = Math.min(length, limit - next);
        System.arraycopy(buffer, next, target, offset, count);
        next += count;
        return count;
    }
}
