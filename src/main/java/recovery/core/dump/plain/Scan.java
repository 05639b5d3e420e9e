package recovery.core.dump.plain;

import static recovery.core.error.ErrorCode.DUMP_DAMAGED;
import static recovery.core.error.RecoveryException.problem;

import java.io.IOException;
import recovery.core.dump.DumpBytes;

/**
 * A place that moves through bytes of the dump which are not taken yet, counted from the next one. Steps over
 * characters of two bytes, so that their second one is never mistaken. For one thread.
 */
final class Scan {
    private final DumpBytes dump;
    private Encoding encoding = Encoding.UTF8;
    private int at;

    Scan(DumpBytes dump) {
        this.dump = dump;
    }

    void use(Encoding other) {
        encoding = other;
    }

    int at() {
        return at;
    }

    void moveTo(int place) {
        at = place;
    }

    void step(int count) {
        at += count;
    }

    /** The byte {@code ahead} of the place; -1 behind the end. */
    int peek(int ahead) throws IOException {
        return dump.peek(at + ahead);
    }

    /** Moves on to the next byte of the set, from here on, and returns it; -1 at the end of the dump. */
    int runTo(ByteSet stops) throws IOException {
        boolean[] stop = stops.contains;
        while (true) {
            byte[] bytes = dump.bytes();
            int end = dump.end();
            int i = Math.min(dump.begin() + at, end);
            while (i < end && !stop[bytes[i] & 0xFF]) {
                i++;
            }
            at = Math.max(at, i - dump.begin());
            if (i == end) {
                if (!dump.more()) {
                    return -1;
                }
                continue;
            }
            int value = bytes[i] & 0xFF;
            if (!encoding.leadsTwoBytes(value) || stops.stopsAtPairs()) {
                refuseNul(value);
                return value;
            }
            stepOverPair();
        }
    }

    /** How many bytes of a name the next one leads: 2 for a pair, 1 for any other that {@code fits}, 0 for none. */
    int namePart(int ahead, boolean fits) throws IOException {
        if (!fits) {
            return 0;
        }
        return encoding.leadsTwoBytes(peek(ahead)) && peek(ahead + 1) >= 0x30 ? 2 : 1;
    }

    /** No second byte is below 0x30; one that is belongs to something else and the first one to nothing. */
    private void stepOverPair() throws IOException {
        at += dump.peek(at + 1) >= 0x30 ? 2 : 1;
    }

    private void refuseNul(int value) {
        if (value == 0) {
            throw problem(DUMP_DAMAGED, "line %d holds a zero byte, which no SQL script does", dump.lineOf(at))
                    .at(dump.position() + at)
                    .remedy(
                            "Copy the file from its origin again and compare the checksums.",
                            "Restore an older backup instead.");
        }
    }
}
