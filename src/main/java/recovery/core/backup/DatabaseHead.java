package recovery.core.backup;

import java.util.List;

/** Tells the databases among the files of a volume from other files: by what is in them, never by their names. */
public final class DatabaseHead {
    /** So many of the first bytes of a file are looked at, or all of them if there are fewer. */
    public static final int BYTES = 100;

    /** What SQLite puts beside a database file; it belongs to that database and is no backup of its own. */
    public static final List<String> COMPANIONS = List.of("-wal", "-shm", "-journal");

    private DatabaseHead() {}

    /**
     * Whether a file is a database that can be restored.
     *
     * @param name with its folders, separated by slashes
     * @param head its first {@link #BYTES} bytes
     * @param sizeBytes -1 if that is not known beforehand
     */
    public static boolean fits(String name, byte[] head, long sizeBytes) {
        return isPlain(head);
    }

    /** The header of a database of SQLite that is not encrypted. */
    public static boolean isPlain(byte[] head) {
        return FirstBytes.begins(head, "SQLite format 3\0");
    }
}
