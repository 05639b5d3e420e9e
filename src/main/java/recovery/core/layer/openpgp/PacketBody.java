package recovery.core.layer.openpgp;

import java.io.IOException;
import recovery.core.layer.BlockStream;

/**
 * The body of one packet, its parts put together. Ends where its lengths say so; an input that ends before is refused.
 * Closing does nothing. For one thread.
 */
final class PacketBody extends BlockStream {
    private final PacketInput in;
    private Length length;
    private long left;

    /**
     * @param bytes of this part
     * @param more another part with a length of its own follows
     * @param toTheEnd of the input, whatever its length; then {@code bytes} means nothing
     */
    record Length(long bytes, boolean more, boolean toTheEnd) {
        /** One byte below 192; two; five that begin with 255; or a power of two for one part of several. */
        static Length read(PacketInput in) throws IOException {
            int first = in.take();
            if (first < 192) {
                return new Length(first, false, false);
            }
            if (first < 224) {
                return new Length(((first - 192) << 8) + in.take() + 192, false, false);
            }
            return first == 255
                    ? new Length(in.takeNumber(4), false, false)
                    : new Length(1L << (first & 0x1F), true, false);
        }

        /** The two lowest bits of an old header say in how many bytes the length stands. */
        static Length readOld(PacketInput in, int type) throws IOException {
            return type == 3 ? new Length(0, false, true) : new Length(in.takeNumber(1 << type), false, false);
        }
    }

    PacketBody(PacketInput in, Length first) {
        this.in = in;
        this.length = first;
        this.left = first.bytes();
    }

    @Override
    public int read(byte[] target, int offset, int count) throws IOException {
        if (count == 0) {
            return 0;
        }
        if (length.toTheEnd()) {
            return in.read(target, offset, count);
        }
        while (left == 0) {
            if (!length.more()) {
                return -1;
            }
            length = Length.read(in);
            left = length.bytes();
        }
        int taken = in.read(target, offset, (int) Math.min(count, left));
        if (taken < 0) {
            throw in.faults().truncated();
        }
        left -= taken;
        return taken;
    }

    /** All of a body that is small in every real message. */
    byte[] whole(int most, String what) throws IOException {
        byte[] all = readNBytes(most + 1);
        if (all.length > most) {
            throw in.faults().damaged("%s is longer than %d bytes".formatted(what, most));
        }
        return all;
    }
}
