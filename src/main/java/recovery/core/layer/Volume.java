package recovery.core.layer;

import java.util.List;

/**
 * An archive of several files, such as a volume of Docker, of which one database is taken.
 *
 * @param database the path within the archive of the one that was taken; if it is undecided, the first
 * @param databases paths of all that can be restored, at least one
 * @param undecided there are several, none was named, and none is named like the live file
 * @param others paths of the first files besides that are neither databases nor logs of them
 * @param otherFiles how many there are of them in all
 */
public record Volume(String database, List<String> databases, boolean undecided, List<String> others, long otherFiles) {
    public Volume {
        databases = List.copyOf(databases);
        others = List.copyOf(others);
        if (!databases.contains(database)) {
            throw new IllegalArgumentException(database);
        }
    }

    /** A path as operators write it: without a dot for the folder of the archive in front. */
    public static String plain(String path) {
        String plain = path;
        while (plain.startsWith("./")) {
            plain = plain.substring(2).replaceFirst("^/+", "");
        }
        return plain;
    }
}
