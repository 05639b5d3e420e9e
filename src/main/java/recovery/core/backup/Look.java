package recovery.core.backup;

import java.util.Optional;

/**
 * What a look at the first bytes of a file found.
 *
 * @param reason why this version cannot restore it, one sentence without a full stop; empty if it can
 */
record Look(
        BackupFormat format,
        Compression compression,
        boolean encrypted,
        Optional<Engine> engine,
        Contents contents,
        Optional<String> reason) {
    /** Ends the reason of a backup that is known and not read. */
    static final String READS = "; this version reads SQL scripts, SQLite files and archives of pg_dump";

    /** Something this version restores. */
    static Look good(BackupFormat format, Optional<Engine> engine, Contents contents) {
        return new Look(format, Compression.NONE, false, engine, contents, Optional.empty());
    }

    /** Something known that this version does not read; {@code what} as in {@code a MySQL dump}. */
    static Look unsupported(BackupFormat format, String what) {
        return new Look(format, Compression.NONE, false, Optional.empty(), Contents.UNKNOWN, Optional.of(what + READS));
    }

    /** Not a backup as far as this program can tell. */
    static Look unknown(String reason) {
        return new Look(
                BackupFormat.UNKNOWN, Compression.NONE, false, Optional.empty(), Contents.UNKNOWN, Optional.of(reason));
    }

    Look compressedBy(Compression outer) {
        return new Look(format, outer, encrypted, engine, contents, reason);
    }

    /** What is inside is known only to those who have the secret. */
    static Look ofEncrypted() {
        return new Look(
                BackupFormat.UNKNOWN, Compression.NONE, true, Optional.empty(), Contents.UNKNOWN, Optional.empty());
    }

    Look with(Contents seen) {
        return new Look(format, compression, encrypted, engine, seen, reason);
    }
}
