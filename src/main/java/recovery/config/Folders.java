package recovery.config;

import static recovery.core.error.ErrorCode.FILE_NOT_ACCESSIBLE;
import static recovery.core.error.RecoveryException.problem;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;
import recovery.core.error.Why;

/** Makes the folders that the settings name. */
public final class Folders {
    private static final int TRIED_BYTES = 16 * 1024;

    private Folders() {}

    /** FILE_NOT_ACCESSIBLE, naming {@code setting}, if it cannot be made. */
    public static void make(Path folder, String setting) {
        try {
            Files.createDirectories(folder);
        } catch (IOException e) {
            throw problem(FILE_NOT_ACCESSIBLE, "the folder '%s' cannot be made: %s", folder, Why.of(e))
                    .causedBy(e)
                    .remedy("Give this user the right to make it, or point %s to another folder.".formatted(setting));
        }
    }

    /** A rescue does not fail for want of a log: without its folder the log goes where the journals are. */
    public static Path forLogs(RecoveryConfig config, Consumer<String> tell) {
        Path folder = config.logDir();
        try {
            Files.createDirectories(folder);
            tryToWrite(Files.createTempFile(folder, ".try", null));
            return folder;
        } catch (IOException e) {
            tell.accept("LOG_DIR '%s' cannot be written (%s); the log and the records of restores go to '%s'."
                    .formatted(folder, Why.of(e), config.stateDir()));
            return config.stateDir();
        }
    }

    /** On a full disk a file can often be made, but not filled. */
    private static void tryToWrite(Path file) throws IOException {
        try {
            Files.write(file, new byte[TRIED_BYTES]);
        } finally {
            Files.delete(file);
        }
    }
}
