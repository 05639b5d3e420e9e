package recovery.core.dump.archive;

import static recovery.core.error.ErrorCode.BACKUP_UNSUPPORTED;
import static recovery.core.error.RecoveryException.problem;

import java.io.IOException;

/** How the data blocks of an archive are compressed. The definitions never are. */
enum Packing {
    NONE(""),
    /** In custom archives, where gzip is meant. */
    ZLIB(""),
    /** In files of their own. */
    GZIP(".gz"),
    LZ4(".lz4"),
    ZSTD(".zst");

    private final String suffix;

    Packing(String suffix) {
        this.suffix = suffix;
    }

    /** What a file that is packed so has behind its name in the table of contents. */
    String suffix() {
        return suffix;
    }

    /** From version 1.15 on: one byte. */
    static Packing of(ArchiveInput in) throws IOException {
        int algorithm = in.take();
        return switch (algorithm) {
            case 0 -> NONE;
            case 1 -> ZLIB;
            case 2 -> LZ4;
            case 3 -> ZSTD;
            default ->
                throw problem(
                                BACKUP_UNSUPPORTED,
                                "the archive is compressed by a method that is not known here: %d",
                                algorithm)
                        .at(in.position() - 1)
                        .remedy(
                                "Copy the file from its origin again and compare the checksums.",
                                "Make an SQL script of it with the pg_restore that belongs to it and restore that.");
        };
    }

    /** Up to version 1.14: the level of gzip, 0 for none. */
    static Packing ofLevel(int level) {
        return level == 0 ? NONE : ZLIB;
    }
}
