package recovery.core.layer;

import static recovery.core.error.ErrorCode.BACKUP_NOT_RECOGNISED;
import static recovery.core.error.ErrorCode.BACKUP_UNSUPPORTED;
import static recovery.core.error.RecoveryException.problem;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Optional;

/** Takes the layers off a backup, from the outside to the inside. Stateless; any thread may use it. */
public final class Layers {
    /** Nobody packs a dump more often; a file that claims so is made to tire the reader. */
    private static final int DEEPEST = 4;

    private Layers() {}

    /**
     * The first {@code count} bytes behind all layers, fewer if the dump is shorter: to see what a backup is.
     *
     * @throws recovery.core.error.RecoveryException as {@link BackupStream#open} and its content
     */
    public static byte[] head(Path file, Opening opening, int count) throws IOException {
        try (BackupStream backup = BackupStream.open(file, opening)) {
            return backup.content().readNBytes(count);
        }
    }

    static InputStream takeOff(InputStream file, Layer.Surroundings surroundings) throws IOException {
        PeekStream content = new PeekStream(file, Layer.HEAD_BYTES);
        if (content.head().length == 0) {
            throw empty("the file '%s' is empty".formatted(surroundings.name()));
        }
        Optional<Layer> layer = Layer.startingWith(content.head());
        for (int depth = 1; layer.isPresent(); depth++) {
            if (depth > DEEPEST) {
                throw problem(
                                BACKUP_UNSUPPORTED,
                                "'%s' is packed more than %d times in itself",
                                surroundings.name(),
                                DEEPEST)
                        .remedy("Unpack it by hand until a dump is left, and restore that.");
            }
            String title = layer.get().title();
            content = new PeekStream(layer.get().open(content, surroundings), Layer.HEAD_BYTES);
            if (content.head().length == 0) {
                throw empty("'%s' holds nothing: there are 0 bytes inside its %s layer"
                        .formatted(surroundings.name(), title));
            }
            layer = Layer.startingWith(content.head());
        }
        return content;
    }

    private static RuntimeException empty(String text) {
        return problem(BACKUP_NOT_RECOGNISED, "%s", text)
                .remedy(
                        "Choose an older backup: the program that wrote this one stopped before it wrote any data.",
                        "Look into the log of the backup job, since its next backup may be empty as well.");
    }
}
