package recovery.core.layer;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * The members of a zip archive (PKWARE's APPNOTE), read from its beginning to its end, zip64 included. For one thread;
 * {@link #close} frees the memory of the decompressor.
 *
 * <pre>
 * each member: 50 4B 03 04 | version (2) | flags (2) | method (2) | time (4) | CRC-32 (4) | packed size (4) | size (4)
 *              | name length (2) | extra length (2) | name | extra | content
 *              | [descriptor: [50 4B 07 08] | CRC-32 (4) | packed size (4 or 8) | size (4 or 8)]
 * directory:   50 4B 01 02 … for each member | [50 4B 06 06 …, 50 4B 06 07 …: zip64] | 50 4B 05 06 … the end
 * </pre>
 */
final class ZipMembers implements MemberReader {
    private static final int ENCRYPTED = 1;
    private static final int DESCRIPTOR = 8;
    private static final int UTF_8_NAME = 0x800;
    private static final int STORED = 0;
    private static final int DEFLATED = 8;
    private static final long IN_ZIP64 = 0xFFFFFFFFL;

    private final PackedInput in;
    private final String archive;
    private final Inflater inflater = new Inflater(true);
    private final CRC32 checksum = new CRC32();
    private ByteBuffer given = ByteBuffer.allocate(0);
    private long members;
    private boolean inMember;
    private boolean ended;
    private int flags;
    private int method;
    private long expectedChecksum;
    private long packedBytes;
    private long contentBytes;
    private long taken;
    private long unpacked;

    ZipMembers(PackedInput in, String archive) {
        this.in = in;
        this.archive = archive;
    }

    @Override
    public Optional<Member> next() throws IOException {
        passOver();
        if (ended) {
            return Optional.empty();
        }
        if (!in.begins('P', 'K', 3, 4)) {
            readDirectory();
            ended = true;
            return Optional.empty();
        }
        members++;
        return Optional.of(header());
    }

    private void passOver() throws IOException {
        if (inMember && (flags & DESCRIPTOR) == 0) {
            in.skip(packedBytes - taken);
            inMember = false;
        }
        byte[] nowhere = new byte[inMember ? 64 * 1024 : 0];
        while (inMember) {
            read(nowhere, 0, nowhere.length);
        }
    }

    private Member header() throws IOException {
        in.skip(6);
        flags = (int) in.takeLittleEndian(2);
        method = (int) in.takeLittleEndian(2);
        in.skip(4);
        expectedChecksum = in.takeLittleEndian(4);
        packedBytes = in.takeLittleEndian(4);
        contentBytes = in.takeLittleEndian(4);
        byte[] name = new byte[(int) in.takeLittleEndian(2)];
        byte[] extra = new byte[(int) in.takeLittleEndian(2)];
        in.take(name, 0, name.length);
        in.take(extra, 0, extra.length);
        readZip64(extra);
        boolean sized = (flags & DESCRIPTOR) == 0;
        String text = new String(name, (flags & UTF_8_NAME) != 0 ? UTF_8 : ISO_8859_1);
        boolean isFile = !text.endsWith("/");
        if (isFile) {
            checkReadable();
        }
        inMember = true;
        taken = 0;
        unpacked = 0;
        checksum.reset();
        inflater.reset();
        given = ByteBuffer.allocate(0);
        return new Member(text, isFile, sized ? contentBytes : -1);
    }

    private void checkReadable() {
        if ((flags & ENCRYPTED) != 0) {
            throw in.unsupported(
                            "of '%s' is encrypted with a password of zip, which cannot be read here".formatted(archive))
                    .remedy("Unpack it with \"unzip '%s'\" and restore the file that gives.".formatted(archive));
        }
        boolean endless = method == STORED && (flags & DESCRIPTOR) != 0;
        if (endless || (method != STORED && method != DEFLATED)) {
            throw in.unsupported("of '%s' is packed with method %d%s, which cannot be read here"
                            .formatted(archive, method, endless ? " of unknown length" : ""))
                    .remedy("Unpack it with \"unzip '%s'\" and restore the file that gives.".formatted(archive));
        }
    }

    /** {@code 01 00 | length (2) | [size (8)] | [packed size (8)]}, those that have no room above. */
    private void readZip64(byte[] extra) {
        ByteBuffer fields = ByteBuffer.wrap(extra).order(ByteOrder.LITTLE_ENDIAN);
        while (fields.remaining() >= 4) {
            int id = fields.getShort();
            int length = Math.min(fields.getShort() & 0xFFFF, fields.remaining());
            int end = fields.position() + length;
            if (id == 1) {
                if (contentBytes == IN_ZIP64 && length >= 8) {
                    contentBytes = fields.getLong();
                }
                if (packedBytes == IN_ZIP64 && end - fields.position() >= 8) {
                    packedBytes = fields.getLong();
                }
            }
            fields.position(end);
        }
        if (packedBytes < 0 || contentBytes < 0) {
            throw in.damaged("the size of a member cannot be read");
        }
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        if (!inMember) {
            return -1;
        }
        int count = method == STORED ? copy(target, offset, length) : inflate(target, offset, length);
        if (count <= 0) {
            inMember = false;
            checkEnd();
            return -1;
        }
        checksum.update(target, offset, count);
        unpacked += count;
        return count;
    }

    private int copy(byte[] target, int offset, int length) throws IOException {
        if (taken == packedBytes) {
            return 0;
        }
        int count = in.takeSome(target, offset, (int) Math.min(length, packedBytes - taken));
        taken += count;
        return count;
    }

    private int inflate(byte[] target, int offset, int length) throws IOException {
        try {
            while (true) {
                int count = inflater.inflate(target, offset, length);
                if (count > 0 || inflater.finished()) {
                    take();
                    return count;
                }
                if (inflater.needsDictionary()) {
                    throw new DataFormatException("preset dictionary");
                }
                take();
                given = in.ready();
                inflater.setInput(given);
            }
        } catch (DataFormatException e) {
            throw in.damaged("its compressed data is not valid: "
                    + (e.getMessage() == null ? "no reason given" : e.getMessage()));
        }
    }

    /** Only what the decompressor took of what it was given. */
    private void take() {
        taken = inflater.getBytesRead();
        if (given.limit() > 0) {
            in.taken(given);
        }
    }

    private void checkEnd() throws IOException {
        if ((flags & DESCRIPTOR) != 0) {
            readDescriptor();
        } else if (taken != packedBytes || unpacked != contentBytes) {
            throw in.damaged("its content has %d bytes, packed %d, and should have %d, packed %d"
                    .formatted(unpacked, taken, contentBytes, packedBytes));
        }
        if (expectedChecksum != checksum.getValue()) {
            throw in.damaged("the checksum of its content is %08x and should be %08x"
                    .formatted(checksum.getValue(), expectedChecksum));
        }
    }

    /** Whether it has a signature and four or eight bytes for a size is said nowhere: the right sizes tell. */
    private void readDescriptor() throws IOException {
        if (in.begins('P', 'K', 7, 8)) {
            in.skip(4);
        }
        expectedChecksum = in.takeLittleEndian(4);
        boolean large = in.peekLittleEndian(0, 8) == taken && in.peekLittleEndian(8, 8) == unpacked;
        int bytes = large ? 8 : 4;
        long foundPacked = in.takeLittleEndian(bytes);
        long foundContent = in.takeLittleEndian(bytes);
        long mask = large ? -1 : IN_ZIP64;
        if (foundPacked != (taken & mask) || foundContent != (unpacked & mask)) {
            throw in.damaged("its content has %d bytes, packed %d, and should have %d, packed %d"
                    .formatted(unpacked, taken, foundContent, foundPacked));
        }
    }

    private void readDirectory() throws IOException {
        long listed = 0;
        while (in.begins('P', 'K', 1, 2)) {
            in.skip(28);
            long variable = in.takeLittleEndian(2) + in.takeLittleEndian(2) + in.takeLittleEndian(2);
            in.skip(12 + variable);
            listed++;
        }
        if (in.begins('P', 'K', 6, 6)) {
            in.skip(4);
            in.skip(Math.max(0, in.takeLittleEndian(8)));
        }
        if (in.begins('P', 'K', 6, 7)) {
            in.skip(20);
        }
        if (in.peek(0) >= 0 && !in.begins('P', 'K', 5, 6)) {
            throw in.damaged("there is no directory where it should be");
        }
        in.skip(20);
        in.skip(in.takeLittleEndian(2));
        if (listed != members) {
            throw in.damaged("it has %d members and lists %d".formatted(members, listed));
        }
        in.skipPadding();
        in.noteTrailingBytes("TRAILING_BYTES", "zip");
    }

    @Override
    public void drain() throws IOException {
        in.drain();
    }

    @Override
    public void close() throws IOException {
        inflater.end();
        in.close();
    }
}
