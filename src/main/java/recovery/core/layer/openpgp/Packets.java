package recovery.core.layer.openpgp;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Optional;

/**
 * One packet after the other. A packet begins with {@code 11tttttt} (new) or {@code 10ttttll} (old), then its length,
 * then its body. For one thread.
 */
final class Packets {
    static final int SESSION_KEY_BY_PUBLIC_KEY = 1;
    static final int SIGNATURE = 2;
    static final int SESSION_KEY_BY_PASSPHRASE = 3;
    static final int ONE_PASS_SIGNATURE = 4;
    static final int COMPRESSED = 8;
    static final int ENCRYPTED = 9;
    static final int MARKER = 10;
    static final int LITERAL = 11;
    static final int ENCRYPTED_WITH_INTEGRITY = 18;
    static final int ENCRYPTED_AEAD = 20;
    static final int PADDING = 21;

    private final PacketInput in;
    private Optional<Packet> current = Optional.empty();

    /** {@code body} is valid until the next packet is asked for. */
    record Packet(int tag, PacketBody body) {}

    Packets(InputStream in, Faults faults) {
        this.in = new PacketInput(in, faults);
    }

    /** Passes over what is left of the packet before; empty if nothing follows. */
    Optional<Packet> next() throws IOException {
        endCurrent();
        if (in.peek() < 0) {
            return Optional.empty();
        }
        int header = in.take();
        if ((header & 0x80) == 0) {
            throw in.faults().damaged("there is byte 0x%02x where a packet should begin".formatted(header));
        }
        PacketBody.Length length =
                isOld(header) ? PacketBody.Length.readOld(in, header & 3) : PacketBody.Length.read(in);
        current = Optional.of(new Packet(tag(header), new PacketBody(in, length)));
        return current;
    }

    /** The first byte behind the last packet, -1 if there is none. */
    int peekBehind() throws IOException {
        endCurrent();
        return in.peek();
    }

    /** Takes the byte that was peeked at behind the last packet. */
    void skipBehind() throws IOException {
        in.take();
    }

    /** Whether a packet of this header stands at the beginning of an encrypted message. */
    static boolean beginsMessage(int header) {
        return (header & 0x80) != 0
                && switch (tag(header)) {
                    case SESSION_KEY_BY_PUBLIC_KEY,
                            SESSION_KEY_BY_PASSPHRASE,
                            ENCRYPTED,
                            ENCRYPTED_WITH_INTEGRITY,
                            ENCRYPTED_AEAD -> true;
                    default -> false;
                };
    }

    static int tag(int header) {
        return isOld(header) ? header >> 2 & 0x0F : header & 0x3F;
    }

    private static boolean isOld(int header) {
        return (header & 0x40) == 0;
    }

    private void endCurrent() throws IOException {
        if (current.isPresent()) {
            current.get().body().transferTo(OutputStream.nullOutputStream());
            current = Optional.empty();
        }
    }
}
