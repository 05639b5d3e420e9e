package recovery.core.error;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;

/** What a file system meant. Its exceptions often hold the path and nothing else, which is known already. */
public final class Why {
    private Why() {}

    /** A few words for the end of a problem, without the path. */
    public static String of(Exception failed) {
        if (failed instanceof AccessDeniedException) {
            return "permission denied";
        }
        if (failed instanceof NoSuchFileException) {
            return "no such file or folder";
        }
        if (failed instanceof FileAlreadyExistsException) {
            return "a file of that name is there already";
        }
        if (failed instanceof NotDirectoryException) {
            return "it is no folder";
        }
        if (failed instanceof FileSystemException of && of.getReason() != null) {
            return of.getReason();
        }
        String message = failed.getMessage();
        return message == null || message.isBlank() ? failed.getClass().getSimpleName() : message;
    }

    /** The disk of a file is full, as far as the system's words tell. */
    public static boolean isFullDisk(IOException failed) {
        String text = of(failed);
        return text.contains("No space left") || text.contains("not enough space") || text.contains("quota");
    }
}
