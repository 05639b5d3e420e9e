package recovery.core.backup;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Which files of a folder are not backups but lie beside one: NAME.json, NAME.meta, NAME.sha256 and STEM.json, and the logs of SQLite. */
final class Sidecars {
    private static final List<String> ENDINGS = List.of(".json", ".meta", ".sha256");
    private static final Pattern KNOWN_ENDING = Pattern.compile("(?i)(.+)\\.(gz|zst|lz4|bz2|xz|zip|gpg|pgp|asc|sql|dump"
            + "|custom|backup|bak|pgdump|tar|tgz|db|sqlite|sqlite3|s3db)");

    private final Folder folder;
    private final Map<String, List<String>> byBackup = new HashMap<>();
    private final Map<String, Integer> owners = new HashMap<>();

    Sidecars(Folder folder) {
        this.folder = folder;
        if (folder.names().stream().noneMatch(Sidecars::mayBeSidecar)) {
            return;
        }
        for (String name : folder.names()) {
            if (!mayBeSidecar(name)) {
                stems(name).forEach(stem -> join(name, stem + ".json", folder));
            }
            ENDINGS.forEach(ending -> join(name, name + ending, folder));
        }
    }

    private void join(String backup, String sidecar, Folder folder) {
        if (folder.has(sidecar)) {
            byBackup.computeIfAbsent(backup, none -> new ArrayList<>()).add(sidecar);
            owners.merge(sidecar, 1, Integer::sum);
        }
    }

    private static boolean mayBeSidecar(String name) {
        return ENDINGS.stream().anyMatch(name::endsWith);
    }

    /** {@code shop} and {@code shop.sql} of {@code shop.sql.gz}: names without one or more endings that are known. */
    private static List<String> stems(String name) {
        List<String> stems = new ArrayList<>();
        for (Matcher ending = KNOWN_ENDING.matcher(name);
                ending.matches();
                ending = KNOWN_ENDING.matcher(ending.group(1))) {
            stems.add(0, ending.group(1));
        }
        return stems;
    }

    boolean isSidecar(String name) {
        return owners.containsKey(name) || isCompanion(name);
    }

    private boolean isCompanion(String name) {
        return DatabaseHead.COMPANIONS.stream()
                .anyMatch(ending ->
                        name.endsWith(ending) && folder.has(name.substring(0, name.length() - ending.length())));
    }

    /** What SQLite put beside a database file that was copied as it is. */
    List<String> companions(String backup) {
        return DatabaseHead.COMPANIONS.stream()
                .map(backup::concat)
                .filter(folder::has)
                .toList();
    }

    /** Those of one backup; what a later one says counts more. */
    List<String> of(String backup) {
        return byBackup.getOrDefault(backup, List.of());
    }

    /** Whether other backups share this sidecar, so that it cannot hold the checksum of one of them. */
    boolean isShared(String sidecar) {
        return owners.getOrDefault(sidecar, 0) > 1;
    }
}
