package recovery.core.layer.openpgp;

import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import java.util.function.LongSupplier;

/** What can be seen of an encrypted message without its key. Stateless. */
public final class MessageShape {
    private MessageShape() {}

    /**
     * Reads all packets of a binary message to the end and returns how many bytes its encrypted packet takes, which must be
     * the last one and end with the file.
     *
     * @throws recovery.core.error.RecoveryException DUMP_TRUNCATED, DUMP_DAMAGED
     */
    public static long check(InputStream in, String file, LongSupplier position) throws IOException {
        Faults faults = new Faults(file, position);
        Packets packets = new Packets(in, faults);
        long length = -1;
        for (Optional<Packets.Packet> packet = packets.next(); packet.isPresent(); packet = packets.next()) {
            if (length >= 0) {
                throw faults.damaged("something follows its encrypted packet");
            }
            if (packet.get().tag() == Packets.ENCRYPTED_WITH_INTEGRITY) {
                length = packet.get().body().transferTo(java.io.OutputStream.nullOutputStream());
            }
        }
        if (length < 0) {
            throw faults.truncated();
        }
        return length;
    }
}
