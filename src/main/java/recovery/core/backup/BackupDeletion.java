package recovery.core.backup;

import static recovery.core.error.ErrorCode.FILE_NOT_ACCESSIBLE;
import static recovery.core.error.RecoveryException.problem;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import recovery.core.error.Why;

/** Deletes one backup. Stateless. */
final class BackupDeletion {
    private BackupDeletion() {}

    /** Sidecars last: without its backup none of them means anything, without them a backup would lose its checksum. */
    static void delete(Path backup, List<Path> sidecars) {
        try {
            try (Stream<Path> files = Files.walk(backup)) {
                // what lies in a folder before the folder; links are deleted and not followed
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
            for (Path sidecar : sidecars) {
                Files.deleteIfExists(sidecar);
            }
            FolderSync.force(backup.toAbsolutePath().getParent());
        } catch (IOException e) {
            throw problem(FILE_NOT_ACCESSIBLE, "'%s' cannot be deleted: %s", backup.getFileName(), Why.of(e))
                    .causedBy(e)
                    .remedy("Delete it by hand, or give this user the right to write in '%s'."
                            .formatted(backup.getParent()));
        }
    }
}
