package recovery.core.layer;

import static recovery.core.error.ErrorCode.BACKUP_NOT_RECOGNISED;
import static recovery.core.error.ErrorCode.BACKUP_UNSUPPORTED;
import static recovery.core.error.RecoveryException.problem;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import recovery.core.error.RecoveryException;

/** Which of the files of a tar or zip archive is the backup: the only one. */
final class Members {
    /** What macOS adds beside each file, and what pax leaves where tar does not know it. */
    private static final Pattern NO_CONTENT =
            Pattern.compile("(.*/)?(\\._[^/]*|\\.DS_Store|PaxHeaders[^/]*/.*)|__MACOSX/.*");

    private static final Pattern TABLE_OF_CONTENTS = Pattern.compile("(.*/)?toc\\.(dat|glo)");

    /** Files that pg_dump writes beside its table of contents. */
    private static final Pattern OF_PG_DUMP = Pattern.compile(
            "(.*/)?(toc\\.(dat|glo)|map\\.dat|\\d+\\.dat(\\.(gz|lz4|zst))?|blobs(_\\d+)?\\.toc|blob_\\d+\\.dat.*)");

    private static final int MOST_NAMES = 10;

    private final String archive;
    private final List<String> files = new ArrayList<>();
    private int count;
    private boolean tableOfContents;

    /** {@code archive}: the name of the backup, for errors. */
    Members(String archive) {
        this.archive = archive;
    }

    /** Files without content are no backups, e.g. those that mark an end. */
    static boolean counts(String name, boolean isFile, long bytes) {
        return isFile && bytes != 0 && !NO_CONTENT.matcher(name).matches();
    }

    /** By its first file, whose name is as pg_dump gives them. */
    static boolean looksLikePgDump(String firstFile) {
        return OF_PG_DUMP.matcher(firstFile).matches();
    }

    void add(String name) {
        tableOfContents |= TABLE_OF_CONTENTS.matcher(name).matches();
        if (++count <= MOST_NAMES) {
            files.add(name);
        }
    }

    /** pg_dump wrote it; then its members belong together. */
    boolean arePgDump() {
        return tableOfContents;
    }

    boolean isMoreThanOne() {
        return count > 1;
    }

    /** Refuses unless it is exactly one file. */
    void checkOne(String kind) {
        if (count == 0) {
            throw problem(
                            BACKUP_NOT_RECOGNISED,
                            "'%s' holds nothing: there is no file in its %s archive",
                            archive,
                            kind)
                    .remedy("Choose another backup.");
        }
        if (count > 1) {
            throw several(kind);
        }
    }

    private RecoveryException several(String kind) {
        String names = files.stream().map(name -> "'" + shown(name) + "'").collect(Collectors.joining(", "));
        String more = count > files.size() ? " and %d more".formatted(count - files.size()) : "";
        return problem(BACKUP_UNSUPPORTED, "'%s' is a %s archive of several files: %s%s", archive, kind, names, more)
                .remedy("Unpack it, and restore the one of its files that is the backup.");
    }

    private static String shown(String name) {
        String plain = name.replaceAll("\\p{Cntrl}", "?");
        return plain.length() > 100 ? plain.substring(0, 100) + "…" : plain;
    }
}
