package recovery.core.target.sqlite;

import static java.lang.System.Logger.Level.DEBUG;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The folder into which the driver unpacks its native code: one for each process, below the state directory. A process
 * that is killed cannot delete its own, and the driver never deletes those of others, so the next start does.
 */
public final class NativeFolder {
    private static final String PREFIX = "native-";

    private NativeFolder() {}

    /** Makes the folder of this process, which goes with its end, and deletes those of processes that are gone. */
    public static Path prepare(Path stateDir) throws IOException {
        long own = ProcessHandle.current().pid();
        try (DirectoryStream<Path> folders = Files.newDirectoryStream(stateDir, PREFIX + "*")) {
            for (Path folder : folders) {
                if (isOfNobodyElse(folder, own)) {
                    delete(folder);
                }
            }
        }
        Path folder = Files.createDirectories(stateDir.resolve(PREFIX + own));
        // the driver asks for the same for its files later, and the last one is deleted first
        folder.toFile().deleteOnExit();
        return folder;
    }

    /** A folder with the number of this process is that of a dead one which had the same number. */
    private static boolean isOfNobodyElse(Path folder, long own) {
        String number = folder.getFileName().toString().substring(PREFIX.length());
        if (!number.matches("[0-9]{1,10}")) {
            return false;
        }
        long pid = Long.parseLong(number);
        return pid == own || ProcessHandle.of(pid).isEmpty();
    }

    private static void delete(Path folder) {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
            for (Path file : files) {
                Files.delete(file);
            }
            Files.delete(folder);
        } catch (IOException inUse) {
            System.getLogger(NativeFolder.class.getName()).log(DEBUG, "a folder of native code stays", inUse);
        }
    }
}
