package recovery.core.layer.openpgp;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import recovery.core.layer.BlockStream;

/**
 * The bytes inside of ASCII armor: between {@code -----BEGIN PGP …-----}, header lines and a blank line, and
 * {@code -----END PGP …-----}. Text before it is passed over. The checksum (CRC-24) is optional, but must fit if it is
 * there. For one thread.
 */
final class Armor extends BlockStream {
    private static final String BEGIN = "-----BEGIN PGP ";
    private static final String END = "-----END PGP ";
    /** In UTF-8, read as ISO 8859-1. */
    private static final String BYTE_ORDER_MARK = "\u00EF\u00BB\u00BF";

    private static final int MOST_LINE = 64 * 1024;
    /** So many lines of text are passed over in search of the message. */
    private static final int MOST_LINES = 1000;

    private static final byte[] VALUES = values();
    private static final int[] CRC_TABLE = crcTable();

    private final PacketInput in;
    private final String endLine;
    private byte[] line = new byte[128];
    private int lineLength;
    private final byte[] decoded = new byte[3 * MOST_LINE / 4 + 6];
    private int next;
    private int limit;
    private int bits;
    private int digits;
    private boolean padded;
    private int crc = 0xB704CE;
    private boolean ended;

    /** Reads up to the first line of data; {@code kind} is for example {@code MESSAGE}. */
    Armor(InputStream in, Faults faults, String kind) throws IOException {
        this.in = new PacketInput(in, faults);
        this.endLine = END + kind + "-----";
        findBegin(kind);
        skipHeaders();
    }

    private void findBegin(String kind) throws IOException {
        for (int lines = 0; lines < MOST_LINES && readLine(); lines++) {
            String text = text();
            text = text.startsWith(BYTE_ORDER_MARK) ? text.substring(BYTE_ORDER_MARK.length()) : text;
            if (text.equals(BEGIN + kind + "-----")) {
                return;
            }
            if ((BEGIN + kind + "-----").startsWith(text) && in.peek() < 0) {
                throw in.faults().truncated();
            }
            if (text.startsWith(BEGIN)) {
                throw in.faults().unsupported("ASCII armor that begins with '%s'".formatted(text));
            }
        }
        throw in.faults().truncated();
    }

    private void skipHeaders() throws IOException {
        for (int lines = 0; lines < MOST_LINES; lines++) {
            needLine();
            if (text().isEmpty()) {
                return;
            }
            if (!text().contains(": ") && !text().endsWith(":")) {
                throw in.faults().damaged("there is no blank line below the headers of its ASCII armor");
            }
        }
        throw in.faults().damaged("its ASCII armor has too many headers");
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        while (next == limit && !ended) {
            needLine();
            takeLine();
        }
        if (next == limit) {
            return -1;
        }
        int count = Math.min(length, limit - next);
        System.arraycopy(decoded, next, target, offset, count);
        next += count;
        return count;
    }

    /** What stands behind the armor, as far as the next lines tell. */
    Behind behind() throws IOException {
        Behind seen = Behind.NOTHING;
        for (int lines = 0; lines < MOST_LINES && readLine(); lines++) {
            if (text().startsWith(BEGIN)) {
                return Behind.MORE_ARMOR;
            }
            seen = lineLength > 0 ? Behind.TEXT : seen;
        }
        return seen;
    }

    enum Behind {
        NOTHING,
        TEXT,
        MORE_ARMOR
    }

    private void takeLine() throws IOException {
        next = 0;
        limit = 0;
        if (lineLength == 0) {
            return;
        }
        if (line[0] == '-' && text().startsWith(END)) {
            end();
        } else if (line[0] == '=' && lineLength == 5) {
            checkChecksum();
        } else {
            decode(0, lineLength);
            updateCrc();
        }
    }

    private void end() throws IOException {
        if (!text().equals(endLine)) {
            throw in.peek() < 0
                    ? in.faults().truncated()
                    : in.faults().damaged("the last line of its ASCII armor is wrong");
        }
        if (digits != 0 && !padded) {
            throw in.faults().damaged("the last line of its ASCII armor is cut off");
        }
        ended = true;
    }

    private void decode(int from, int to) throws IOException {
        for (int i = from; i < to; i++) {
            int value = VALUES[line[i] & 0xFF];
            if (value >= 0 && !padded) {
                bits = bits << 6 | value;
                if (++digits == 4) {
                    decoded[limit++] = (byte) (bits >> 16);
                    decoded[limit++] = (byte) (bits >> 8);
                    decoded[limit++] = (byte) bits;
                    digits = 0;
                    bits = 0;
                }
            } else if (line[i] == '=' && (digits == 2 || digits == 3 || padded)) {
                endOfData();
            } else if (line[i] != ' ' && line[i] != '\t') {
                throw in.faults().damaged("its ASCII armor holds the byte 0x%02x".formatted(line[i] & 0xFF));
            }
        }
    }

    /** Two digits hold one byte, three hold two. */
    private void endOfData() {
        if (padded) {
            return;
        }
        padded = true;
        if (digits == 2) {
            decoded[limit++] = (byte) (bits >> 4);
        } else {
            decoded[limit++] = (byte) (bits >> 10);
            decoded[limit++] = (byte) (bits >> 2);
        }
    }

    private void checkChecksum() throws IOException {
        int expected = 0;
        for (int i = 1; i < 5; i++) {
            int value = VALUES[line[i] & 0xFF];
            if (value < 0) {
                throw in.faults().damaged("the checksum of its ASCII armor is not valid");
            }
            expected = expected << 6 | value;
        }
        if (expected != crc) {
            throw in.faults()
                    .damaged("the checksum of its ASCII armor is %06x and should be %06x".formatted(crc, expected));
        }
    }

    private void updateCrc() {
        int value = crc;
        for (int i = 0; i < limit; i++) {
            value = (value << 8 ^ CRC_TABLE[(value >> 16 ^ decoded[i]) & 0xFF]) & 0xFFFFFF;
        }
        crc = value;
    }

    private void needLine() throws IOException {
        if (!readLine()) {
            throw in.faults().truncated();
        }
    }

    /** False at the end of the input. The line stands in {@link #line} without its end and blanks there. */
    private boolean readLine() throws IOException {
        lineLength = 0;
        if (in.peek() < 0) {
            return false;
        }
        for (int value = in.peek(); value >= 0; value = in.peek()) {
            in.take();
            if (value == '\n') {
                break;
            }
            if (lineLength == MOST_LINE) {
                throw in.faults().damaged("a line of its ASCII armor is longer than %d bytes".formatted(MOST_LINE));
            }
            if (lineLength == line.length) {
                line = Arrays.copyOf(line, 2 * line.length);
            }
            line[lineLength++] = (byte) value;
        }
        while (lineLength > 0 && line[lineLength - 1] <= ' ' && line[lineLength - 1] >= 0) {
            lineLength--;
        }
        return true;
    }

    private String text() {
        return new String(line, 0, Math.min(lineLength, 200), ISO_8859_1);
    }

    private static byte[] values() {
        byte[] values = new byte[256];
        Arrays.fill(values, (byte) -1);
        String alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
        for (int i = 0; i < alphabet.length(); i++) {
            values[alphabet.charAt(i)] = (byte) i;
        }
        return values;
    }

    /** The polynomial of RFC 4880, section 6.1. */
    private static int[] crcTable() {
        int[] table = new int[256];
        for (int i = 0; i < 256; i++) {
            int value = i << 16;
            for (int bit = 0; bit < 8; bit++) {
                value <<= 1;
                if ((value & 0x1000000) != 0) {
                    value ^= 0x1864CFB;
                }
            }
            table[i] = value & 0xFFFFFF;
        }
        return table;
    }
}
