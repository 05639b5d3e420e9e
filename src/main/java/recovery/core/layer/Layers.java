package recovery.core.layer;

import static recovery.core.error.ErrorCode.BACKUP_NOT_RECOGNISED;
import static recovery.core.error.ErrorCode.BACKUP_UNSUPPORTED;
import static recovery.core.error.RecoveryException.problem;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Optional;

/** Takes the layers off a backup, from the outside to the inside. Any thread may use it. */
public final class Layers {
    /** Nobody packs a dump more often; a file that claims so is made to tire the reader. */
    private static final int DEEPEST = 4;

    private static final long LARGEST_LOOK = 1 << 20;

    private final Path file;
    private final Layer.Surroundings surroundings;
    private final Care care;
    private int depth;

    private enum Care {
        /** For a look: stops where a secret is needed, and before more than the beginning of a file is read. */
        GLANCE,
        /** What the archives hold was checked before. */
        AGAIN,
        THOROUGH
    }

    private Layers(Path file, Layer.Surroundings surroundings, Care care) {
        this.file = file;
        this.surroundings = surroundings;
        this.care = care;
    }

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

    /** A glance behind the layers, as {@link recovery.core.backup.BehindLayers} wants it. */
    public static InputStream behind(Path file) throws IOException {
        Opening opening = Opening.of(new Cancellation());
        FileBytes bytes = new FileBytes(file, opening.cancellation());
        return new Layers(file, surroundings(file, bytes, opening), Care.GLANCE).takeOff(bytes, Integer.MAX_VALUE);
    }

    /**
     * The content of {@code bytes}, which are those of {@code file}. Closing it closes them. Where a layer lies around it, a
     * thread of its own takes it off once more than a look at the content is wanted.
     */
    static InputStream takeOff(Path file, FileBytes bytes, Layer.Surroundings surroundings) throws IOException {
        Layers layers = new Layers(file, surroundings, Care.THOROUGH);
        InputStream content = layers.takeOff(bytes, Integer.MAX_VALUE);
        return layers.depth == 0 ? content : new ReadAhead(content, LARGEST_LOOK);
    }

    private static Layer.Surroundings surroundings(Path file, FileBytes bytes, Opening opening) {
        return new Layer.Surroundings(String.valueOf(file.getFileName()), bytes::position, new ArrayList<>(), opening);
    }

    private InputStream takeOff(InputStream bytes, int most) throws IOException {
        InputStream content = bytes;
        try {
            PeekStream peek = new PeekStream(content, Layer.HEAD_BYTES);
            checkNotEmpty(peek, "the file '%s' is empty".formatted(surroundings.name()));
            for (; depth < most; depth++) {
                Optional<Layer> layer = Layer.startingWith(peek.head());
                if (layer.isEmpty() || stays(layer.get())) {
                    break;
                }
                checkDepth();
                content = new Bounded(layer.get().open(peek, surroundings), surroundings);
                peek = new PeekStream(content, Layer.HEAD_BYTES);
                checkNotEmpty(
                        peek,
                        "'%s' holds nothing: there are 0 bytes inside its %s layer"
                                .formatted(surroundings.name(), layer.get().title()));
            }
            return peek;
        } catch (IOException | RuntimeException e) {
            closeAfter(e, content);
            throw e;
        }
    }

    /** Whether that layer is left for others to take off. Refuses an archive of several files. */
    private boolean stays(Layer layer) throws IOException {
        boolean glance = care == Care.GLANCE;
        if (layer == Layer.OPENPGP) {
            return glance;
        }
        boolean archive = layer == Layer.TAR || (layer == Layer.ZIP && !glance);
        if (!archive || care == Care.AGAIN) {
            return false;
        }
        FileBytes bytes = new FileBytes(file, surroundings.opening().cancellation());
        Layer.Surroundings again = surroundings(file, bytes, surroundings.opening());
        InputStream content = new Layers(file, again, Care.AGAIN).takeOff(bytes, depth);
        try (OneFileStream files =
                layer == Layer.TAR ? OneFileStream.tar(content, again) : OneFileStream.zip(content, again)) {
            return glance ? files.seemsPgDump() : files.isPgDump();
        }
    }

    private void checkDepth() {
        if (depth == DEEPEST) {
            throw problem(
                            BACKUP_UNSUPPORTED,
                            "'%s' is packed more than %d times in itself",
                            surroundings.name(),
                            DEEPEST)
                    .remedy("Unpack it by hand until a dump is left, and restore that.");
        }
    }

    private static void checkNotEmpty(PeekStream content, String text) {
        if (content.head().length == 0) {
            throw problem(BACKUP_NOT_RECOGNISED, "%s", text)
                    .remedy(
                            "Choose an older backup: the program that wrote this one stopped before it wrote any data.",
                            "Look into the log of the backup job, since its next backup may be empty as well.");
        }
    }

    static void closeAfter(Exception failure, InputStream stream) {
        try {
            stream.close();
        } catch (IOException e) {
            failure.addSuppressed(e);
        }
    }
}
