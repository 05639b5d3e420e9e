package recovery.core.dump.archive;

import static java.nio.charset.StandardCharsets.UTF_8;
import static recovery.core.error.ErrorCode.BACKUP_UNSUPPORTED;
import static recovery.core.error.ErrorCode.DATABASE_NOT_CHOSEN;
import static recovery.core.error.ErrorCode.REQUEST_UNUSABLE;
import static recovery.core.error.RecoveryException.problem;

import java.io.IOException;
import java.io.InputStream;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import recovery.core.dump.DumpChoice;
import recovery.core.error.RecoveryException;
import recovery.core.layer.FolderFiles;

/**
 * A folder of pg_dumpall with an archive for each database: {@code toc.glo} for roles and the like, {@code map.dat}
 * with a line {@code oid name} for each database, whose archive is {@code databases/oid}, a folder, or with
 * {@code .dmp} or {@code .tar} behind it. Immutable.
 */
final class Cluster {
    static final String GLOBALS = "toc.glo";

    private static final String MAP = "map.dat";
    private static final int LARGEST_MAP = 16 << 20;
    private static final Pattern LINE = Pattern.compile("([1-9][0-9]{0,9}) (.+)");

    private final FolderFiles files;
    private final Map<String, String> oids;

    private Cluster(FolderFiles files, Map<String, String> oids) {
        this.files = files;
        this.oids = oids;
    }

    static Cluster read(FolderFiles files) throws IOException {
        Map<String, String> oids = new LinkedHashMap<>();
        try (InputStream map = files.open(MAP)
                .orElseThrow(() -> problem(
                                BACKUP_UNSUPPORTED,
                                "the folder holds only what belongs to the whole server, such as roles, and no database")
                        .remedy("Choose the backup of the database itself; this one was made with --globals-only."))) {
            byte[] text = map.readNBytes(LARGEST_MAP);
            for (String line : new String(text, UTF_8).split("\n", -1)) {
                Matcher matcher = LINE.matcher(line);
                if (matcher.matches()) {
                    oids.put(matcher.group(2), matcher.group(1));
                } else if (!line.isEmpty() && Character.isDigit(line.charAt(0))) {
                    throw ArchiveProblems.damaged("'map.dat' has a line that names no database", 0);
                }
            }
        }
        if (oids.isEmpty()) {
            throw ArchiveProblems.damaged("'map.dat' names no database", 0);
        }
        return new Cluster(files, oids);
    }

    List<String> names() {
        return List.copyOf(oids.keySet());
    }

    /** The archive of one of the databases; with a slash at its end if it is a folder. */
    String path(String database) {
        String base = "databases/" + oids.get(database);
        for (String suffix : List.of(".tar", ".dmp")) {
            if (files.has(base + suffix)) {
                return base + suffix;
            }
        }
        return base + "/";
    }

    /** The only database, or the one that was chosen. Empty if it has to be chosen yet, see {@link #notChosen}. */
    Optional<String> chosen(DumpChoice choice) {
        Optional<String> wanted = choice.database().or(() -> choice.preferred().filter(oids::containsKey));
        if (wanted.isEmpty() && oids.size() == 1) {
            return Optional.of(names().get(0));
        }
        if (wanted.isPresent() && !oids.containsKey(wanted.get())) {
            throw problem(REQUEST_UNUSABLE, "the backup holds no database '%s', but %s", wanted.get(), list())
                    .remedy("Name the database as the backup does.");
        }
        return wanted;
    }

    RecoveryException notChosen() {
        return problem(
                        DATABASE_NOT_CHOSEN,
                        "the backup holds the databases %s, and it was not said which one to restore",
                        list())
                .remedy("Say which one, for example with: --database " + names().get(0));
    }

    private String list() {
        return String.join(", ", names().stream().map(name -> "'" + name + "'").toList());
    }
}
