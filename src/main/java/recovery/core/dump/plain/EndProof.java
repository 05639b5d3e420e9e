package recovery.core.dump.plain;

import static recovery.core.error.ErrorCode.DUMP_DANGEROUS;
import static recovery.core.error.ErrorCode.DUMP_TRUNCATED;
import static recovery.core.error.RecoveryException.problem;

import java.util.Optional;
import recovery.core.dump.DumpReader.DumpHeader;
import recovery.core.dump.DumpReader.Proof;
import recovery.core.error.RecoveryException;

/**
 * Whether a script proves that it is whole: what pg_dump or pg_dumpall opened with a header line or with
 * {@code \restrict} has to be closed by its counterpart.
 */
final class EndProof {
    private static final String DATABASE = "-- PostgreSQL database dump";
    private static final String CLUSTER = "-- PostgreSQL database cluster dump";
    private static final String SERVER_VERSION = "-- Dumped from database version ";
    private static final String DUMP_VERSION = "-- Dumped by pg_dump version ";

    private boolean marked;
    private boolean databaseOpen;
    private boolean clusterOpen;
    private boolean cluster;
    private String restrictKey = "";
    private Optional<String> serverVersion = Optional.empty();
    private Optional<String> dumpVersion = Optional.empty();

    Proof proof() {
        return marked ? Proof.END_MARKED : Proof.NONE;
    }

    DumpHeader header() {
        return new DumpHeader(serverVersion, dumpVersion);
    }

    /** Looks at a comment that begins its line; true if it opens or closes a dump. */
    boolean comment(String text, long position) {
        switch (text.stripTrailing()) {
            case DATABASE -> {
                refuseOpen(databaseOpen, position);
                databaseOpen = true;
            }
            case CLUSTER -> {
                refuseOpen(databaseOpen || clusterOpen, position);
                clusterOpen = true;
                cluster = true;
            }
            case DATABASE + " complete" -> databaseOpen = false;
            case CLUSTER + " complete" -> clusterOpen = false;
            default -> {
                version(text.stripTrailing());
                return false;
            }
        }
        marked = true;
        return true;
    }

    private void version(String text) {
        if (text.startsWith(SERVER_VERSION)) {
            serverVersion = Optional.of(text.substring(SERVER_VERSION.length()));
        } else if (text.startsWith(DUMP_VERSION)) {
            dumpVersion = Optional.of(text.substring(DUMP_VERSION.length()));
        }
    }

    /** The script is one of pg_dumpall. */
    boolean isCluster() {
        return cluster;
    }

    boolean isRestricted() {
        return !restrictKey.isEmpty();
    }

    void restrict(String key) {
        restrictKey = key;
    }

    /** Closes {@code \restrict}; {@code line} is for errors, {@code wholeLine} false if the dump ends in it. */
    void unrestrict(String key, long line, long position, boolean wholeLine) {
        if (!wholeLine && isRestricted() && restrictKey.startsWith(key) && key.length() < restrictKey.length()) {
            throw truncated("the dump ends inside its closing line '\\unrestrict'", position);
        }
        if (!isRestricted() || !restrictKey.equals(key)) {
            throw problem(
                            DUMP_DANGEROUS,
                            "the key of '\\unrestrict' in line %d is not that of the '\\restrict' before it",
                            line)
                    .at(position)
                    .remedy(
                            "Somebody or something changed the file after pg_dump wrote it: compare it with the original.",
                            "Restore an older backup instead.");
        }
        restrictKey = "";
    }

    /** At the end of the dump. */
    void check(long position) {
        refuseOpen(databaseOpen || clusterOpen, position);
        if (isRestricted()) {
            throw truncated("the dump ends before its closing line '\\unrestrict'", position);
        }
    }

    private static void refuseOpen(boolean open, long position) {
        if (open) {
            throw truncated("the dump ends before its closing line '-- PostgreSQL database dump complete'", position);
        }
    }

    private static RecoveryException truncated(String text, long position) {
        return problem(DUMP_TRUNCATED, "%s", text)
                .at(position)
                .remedy(
                        "Compare the file size with the original; the copy may have been cut short.",
                        "Look into the log of the backup job: pg_dump may have stopped with an error.",
                        "Restore an older backup instead.");
    }
}
