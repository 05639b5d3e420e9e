package recovery.core.layer;

import java.io.IOException;

/**
 * The header of a Zstandard frame, RFC 8878 section 3.1.1.1, looked at and left in place for the library.
 *
 * <pre>
 * 28 B5 2F FD | descriptor | [window (1)] | [dictionary id (0, 1, 2, 4)] | [content size (0, 1, 2, 4, 8)]
 * </pre>
 */
final class ZstdHeader {
    /** As a power of two; zstd itself packs with none that is larger. */
    static final int LARGEST_WINDOW = 31;

    private ZstdHeader() {}

    /** Refuses what the library would refuse with fewer words; leaves a header that is cut to it. */
    static void check(PackedInput in) throws IOException {
        int descriptor = in.peek(4);
        int idBytes = (1 << (descriptor & 3)) >> 1;
        if (descriptor < 0 || in.peek(5 + idBytes) < 0) {
            return;
        }
        boolean single = (descriptor & 0x20) != 0;
        int window = single ? 0 : in.peek(5);
        int windowLog = 10 + (window >> 3);
        if (windowLog > LARGEST_WINDOW || (windowLog == LARGEST_WINDOW && (window & 7) != 0)) {
            throw in.unsupported("needs a window of %d MiB and at most 2048 are given"
                            .formatted(((1L << windowLog) + (1L << windowLog) / 8 * (window & 7)) >> 20))
                    .remedy("Copy the file from its origin again: nothing that is known packs in such a way.");
        }
        long id = 0;
        for (int i = 0; i < idBytes; i++) {
            id |= (long) in.peek((single ? 5 : 6) + i) << (8 * i);
        }
        if (id != 0) {
            throw in.unsupported("was packed with the dictionary %d, which is not in it".formatted(id))
                    .remedy("Unpack it with \"zstd --decompress -D DICTIONARY\" and restore the file that gives.");
        }
    }
}
