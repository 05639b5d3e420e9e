package recovery.core.backup;

import java.nio.file.Path;
import java.util.List;

/** The backup directory. Subfolders and symbolic links are not followed. Any thread may use it. */
public final class BackupCatalogue {
    private final Path directory;

    public BackupCatalogue(Path directory) {
        this.directory = directory;
    }

    public Path directory() {
        return directory;
    }

    /** All files, newest first; half-written ones are listed as not restorable. */
    public List<Backup> list() {
        throw new UnsupportedOperationException();
    }

    /** BACKUP_NOT_FOUND unless a regular file of exactly that name lies in the directory; {@code name} is never a path. */
    public Backup find(String name) {
        throw new UnsupportedOperationException();
    }
}
