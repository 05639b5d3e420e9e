package recovery.core.backup;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Makes the names in a folder durable: a file whose content was forced to the disk can still lose its name when the power
 * fails, until its folder was forced as well. Stateless.
 */
public final class FolderSync {
    private static final System.Logger LOG = System.getLogger(FolderSync.class.getName());
    private static final boolean WINDOWS = java.io.File.separatorChar == '\\';

    private FolderSync() {}

    /**
     * Forces {@code folder} to the disk. On Windows a folder cannot be opened; NTFS writes its names by itself. Some file
     * systems cannot do it at all, and a rescue must not fail for that: then the log says so.
     */
    public static void force(Path folder) {
        if (WINDOWS) {
            return;
        }
        try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
        } catch (IOException notForced) {
            LOG.log(System.Logger.Level.WARNING, "'" + folder + "' could not be forced to the disk", notForced);
        }
    }

    /** Makes {@code folder} with all that is missing above it, and forces the names of what it made. */
    public static void make(Path folder) throws IOException {
        Path made = folder.toAbsolutePath().normalize();
        Path parent = made.getParent();
        if (Files.isDirectory(made) || parent == null) {
            return;
        }
        make(parent);
        Files.createDirectories(made);
        force(parent);
    }
}
