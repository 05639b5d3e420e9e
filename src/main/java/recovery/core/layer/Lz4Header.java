package recovery.core.layer;

import java.io.IOException;
import java.util.OptionalLong;

/**
 * What the header of an LZ4 frame says, LZ4's "Frame Format Description" 1.6.
 *
 * <pre>
 * 04 22 4D 18 | flags | block size | [content size (8)] | [dictionary id (4)] | second byte of the XXH32 of these
 *               flags: version (2 bits, 01), independent, block checksums, content size, content checksum, 0, dictionary
 *               block size: 0, 4 to 7 (3 bits) for 64 KiB, 256 KiB, 1 MiB, 4 MiB, 0000
 * </pre>
 *
 * @param blockBytes of the content of a block at most
 */
record Lz4Header(
        boolean independent,
        boolean blockChecksums,
        boolean contentChecksum,
        OptionalLong contentBytes,
        int blockBytes,
        boolean legacy) {
    private static final int INDEPENDENT = 0x20;
    private static final int BLOCK_CHECKSUMS = 0x10;
    private static final int CONTENT_SIZE = 0x08;
    private static final int CONTENT_CHECKSUM = 0x04;
    private static final int RESERVED = 0x02;
    private static final int DICTIONARY = 0x01;

    /** Of {@code lz4 -l}: no flags and no checksums; every block but the last holds 8 MiB. */
    static final Lz4Header LEGACY = new Lz4Header(true, false, false, OptionalLong.empty(), 8 << 20, true);

    /** Whether a frame of either kind, or one that is to be skipped, begins here. */
    static boolean begins(PackedInput in) throws IOException {
        return in.begins(0x04, 0x22, 0x4D, 0x18) || beginsLegacy(in) || in.beginsSkippableFrame();
    }

    static boolean beginsLegacy(PackedInput in) throws IOException {
        return in.begins(0x02, 0x21, 0x4C, 0x18);
    }

    /** Some blocks of the older format are larger packed than not. */
    int mostPackedBytes() {
        return legacy ? blockBytes + blockBytes / 255 + 16 : blockBytes;
    }

    /** Takes the header behind the first four bytes. */
    static Lz4Header read(PackedInput in) throws IOException {
        byte[] header = new byte[14];
        header[0] = (byte) in.take();
        header[1] = (byte) in.take();
        int flags = header[0] & 0xFF;
        int length = 2 + ((flags & CONTENT_SIZE) != 0 ? 8 : 0) + ((flags & DICTIONARY) != 0 ? 4 : 0);
        in.take(header, 2, length - 2);
        int expected = in.take();
        int actual = Xxh32.of(header, 0, length) >>> 8 & 0xFF;
        if (expected != actual) {
            throw in.damaged("the checksum of its header is %02x and should be %02x".formatted(actual, expected));
        }
        int size = header[1] >>> 4;
        if (flags >>> 6 != 1 || (flags & RESERVED) != 0 || size < 4 || size > 7 || (header[1] & 0x0F) != 0) {
            throw in.unsupported(
                            "is of a version that is not known (flags %02x %02x)".formatted(flags, header[1] & 0xFF))
                    .remedy("Unpack it with the newest \"lz4 --decompress\" and restore the file that gives.");
        }
        if ((flags & DICTIONARY) != 0) {
            throw in.unsupported("was packed with the dictionary %d, which is not in it"
                            .formatted(littleEndian(header, length - 4, 4)))
                    .remedy("Unpack it with \"lz4 --decompress -D DICTIONARY\" and restore the file that gives.");
        }
        return new Lz4Header(
                (flags & INDEPENDENT) != 0,
                (flags & BLOCK_CHECKSUMS) != 0,
                (flags & CONTENT_CHECKSUM) != 0,
                (flags & CONTENT_SIZE) != 0 ? OptionalLong.of(littleEndian(header, 2, 8)) : OptionalLong.empty(),
                1 << (8 + 2 * size),
                false);
    }

    private static long littleEndian(byte[] bytes, int offset, int count) {
        long value = 0;
        for (int i = 0; i < count; i++) {
            value |= (long) (bytes[offset + i] & 0xFF) << (8 * i);
        }
        return value;
    }
}
