package recovery.core.target.sqlite;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;

/** Who may read and write a file. Does nothing where the file system knows no such rights. */
final class FileRights {
    private FileRights() {}

    /** Creates an empty file that only this program's user can read, because nobody has decided yet who else may. */
    static void createPrivate(Path file) throws IOException {
        FileAttribute<?>[] attributes = Files.getFileStore(file.getParent()).supportsFileAttributeView("posix")
                ? new FileAttribute<?>[] {
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
                }
                : new FileAttribute<?>[0];
        Files.createFile(file, attributes);
    }

    /** As {@link #createPrivate} for a folder. */
    static void createPrivateFolder(Path folder) throws IOException {
        FileAttribute<?>[] attributes = Files.getFileStore(folder.getParent()).supportsFileAttributeView("posix")
                ? new FileAttribute<?>[] {
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"))
                }
                : new FileAttribute<?>[0];
        Files.createDirectory(folder, attributes);
    }

    /** Gives {@code to} the mode of {@code from}, and its owner and group as far as this program's user may. */
    static void copy(Path from, Path to) throws IOException {
        PosixFileAttributeView source = Files.getFileAttributeView(from, PosixFileAttributeView.class);
        PosixFileAttributeView target = Files.getFileAttributeView(to, PosixFileAttributeView.class);
        if (source == null || target == null) {
            return;
        }
        PosixFileAttributes rights = source.readAttributes();
        PosixFileAttributes present = target.readAttributes();
        try {
            if (!rights.group().equals(present.group())) {
                target.setGroup(rights.group());
            }
            if (!rights.owner().equals(present.owner())) {
                target.setOwner(rights.owner());
            }
        } catch (FileSystemException onlyRootMay) {
            System.getLogger(FileRights.class.getName())
                    .log(System.Logger.Level.WARNING, "the owner of ''{0}'' could not be kept", to.getFileName());
        }
        target.setPermissions(rights.permissions());
    }
}
