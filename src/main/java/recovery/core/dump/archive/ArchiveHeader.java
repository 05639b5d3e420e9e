package recovery.core.dump.archive;

import static recovery.core.error.ErrorCode.BACKUP_NOT_RECOGNISED;
import static recovery.core.error.ErrorCode.BACKUP_UNSUPPORTED;
import static recovery.core.error.RecoveryException.problem;

import java.io.IOException;
import java.util.Optional;
import recovery.core.error.RecoveryException;

/**
 * The first bytes of an archive or of a {@code toc.dat} (ReadHead in pg_backup_archiver.c).
 *
 * <pre>
 * PGDMP | version: major, minor, revision | intSize | offSize | format (1 custom, 3 tar and directory)
 * from 1.15: algorithm (1); before: integer level | time: 7 integers | texts: database, server, pg_dump
 * </pre>
 *
 * @param database as its bytes, one character for each
 */
record ArchiveHeader(
        int minor,
        boolean custom,
        Packing packing,
        Optional<String> database,
        Optional<String> serverVersion,
        Optional<String> dumpVersion) {
    static final int OLDEST_MINOR = 12;
    static final int NEWEST_MINOR = 16;

    /** Far more than PostgreSQL allows. */
    private static final int LONGEST_NAME = 4096;

    private static final int[] MOST_IN_TIME = {61, 59, 23, 31, 11, 1_000_000, 1};

    /** Takes the header and tells {@code in} how large numbers are. */
    static ArchiveHeader read(ArchiveInput in) throws IOException {
        for (char letter : "PGDMP".toCharArray()) {
            if (in.peek() != letter) {
                throw notRecognised(in);
            }
            in.take();
        }
        int major = in.take();
        int minor = in.take();
        in.take();
        refuseOtherVersions(major, minor);
        sizes(in);
        int format = in.take();
        if (format != 1 && format != 3) {
            throw ArchiveProblems.damaged("its header names format %d".formatted(format), in.position() - 1);
        }
        Packing packing = minor >= 15 ? Packing.of(in) : Packing.ofLevel(in.takeInt());
        time(in);
        return new ArchiveHeader(
                minor,
                format == 1,
                packing,
                in.takeText(LONGEST_NAME),
                in.takeText(LONGEST_NAME),
                in.takeText(LONGEST_NAME));
    }

    private static void sizes(ArchiveInput in) throws IOException {
        int intSize = in.take();
        int offSize = in.take();
        if ((intSize != 4 && intSize != 8) || (offSize != 4 && offSize != 8)) {
            throw ArchiveProblems.damaged(
                    "its header says that numbers have %d and %d bytes".formatted(intSize, offSize), in.position() - 2);
        }
        in.use(new ArchiveInput.Sizes(intSize, offSize));
    }

    private static void time(ArchiveInput in) throws IOException {
        for (int most : MOST_IN_TIME) {
            long begin = in.position();
            int value = in.takeInt();
            if (value < -1 || value > most) {
                throw ArchiveProblems.damaged("there is no time where one should be", begin);
            }
        }
    }

    private static RecoveryException notRecognised(ArchiveInput in) throws IOException {
        if (in.peek() < 0) {
            return ArchiveProblems.truncated("inside its first bytes", in.position());
        }
        return problem(BACKUP_NOT_RECOGNISED, "this is no archive of pg_dump: it does not begin with PGDMP")
                .remedy("Choose another backup.");
    }

    private static void refuseOtherVersions(int major, int minor) {
        if (major != 1 || minor < OLDEST_MINOR) {
            throw problem(BACKUP_UNSUPPORTED, "archives of version %d.%d are not read here", major, minor)
                    .remedy("Make an SQL script of it with the pg_restore that belongs to it and restore that.");
        }
    }

    /** A version whose table of contents may look different. */
    boolean isNewer() {
        return minor > NEWEST_MINOR;
    }

    /** The archive is of a newer version and could not be understood. */
    RecoveryException unsupported(RecoveryException reason) {
        return problem(
                        BACKUP_UNSUPPORTED,
                        "the archive has version 1.%d, which pg_dump %s wrote and which is not known here",
                        minor,
                        dumpVersion.orElse("of an unknown version"))
                .causedBy(reason)
                .remedy(
                        "Make an SQL script of it with the pg_restore that belongs to it and restore that.",
                        "Use a newer version of this program.");
    }
}
