package recovery.core.layer.openpgp;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/**
 * A literal packet: a format, a file name and a date, which nobody believes, then the content. Text has its lines ended
 * by carriage return and line feed; gpg drops every carriage return of it, and so does this.
 */
final class Literal {
    private Literal() {}

    static InputStream open(PacketBody body, Faults faults) throws IOException {
        int format = body.read();
        int name = body.read();
        if (name < 0 || body.readNBytes(name + 4).length < name + 4) {
            throw faults.damaged("its literal packet is too short");
        }
        return switch (format) {
            case 'b', 'm', 'l', '1' -> body;
            case 't', 'u' -> new Text(body);
            default -> throw faults.damaged("its content has the unknown format 0x%02x".formatted(format));
        };
    }

    private static final class Text extends FilterInputStream {
        Text(InputStream in) {
            super(in);
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            while (true) {
                int count = in.read(target, offset, length);
                if (count <= 0) {
                    return count;
                }
                int kept = 0;
                for (int i = 0; i < count; i++) {
                    if (target[offset + i] != '\r') {
                        target[offset + kept++] = target[offset + i];
                    }
                }
                if (kept > 0) {
                    return kept;
                }
            }
        }
    }
}
