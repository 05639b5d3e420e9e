package recovery.core.layer;

import static recovery.core.error.ErrorCode.BACKUP_NOT_RECOGNISED;
import static recovery.core.error.ErrorCode.BACKUP_UNSUPPORTED;
import static recovery.core.error.ErrorCode.DATABASE_NOT_CHOSEN;
import static recovery.core.error.RecoveryException.problem;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/** Takes the layers off a backup, from the outside to the inside. Any thread may use it. */
public final class Layers {
    /** Nobody packs a dump more often; a file that claims so is made to tire the reader. */
    private static final int DEEPEST = 4;

    private static final long LARGEST_LOOK = 1 << 20;

    /** For the database of a packed volume, while a list waits. */
    private static final long LARGEST_GLANCE = 32L << 20;

    private final Path file;
    private final Layer.Surroundings surroundings;
    private final Care care;

    /** By the depth of an archive: which of its files is taken. */
    private final Map<Integer, Integer> members = new HashMap<>();

    private Optional<Found> found = Optional.empty();
    private int depth;

    /** An archive with databases in it, so many layers deep. */
    private record Found(int depth, Layer layer, MemberScan scan, Volume volume) {}

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

    /** The layers of {@code file}, to be taken off once. */
    static Layers of(Path file, Layer.Surroundings surroundings) {
        return new Layers(file, surroundings, Care.THOROUGH);
    }

    /**
     * The content of {@code bytes}, which are those of the file. Closing it closes them. Where a layer lies around it, a
     * thread of its own takes it off once more than a look at the content is wanted.
     */
    InputStream takeOff(FileBytes bytes) throws IOException {
        InputStream content = takeOff(bytes, Integer.MAX_VALUE);
        return depth == 0 ? content : new ReadAhead(content, LARGEST_LOOK);
    }

    /** Any layer was around the content. */
    boolean any() {
        return depth > 0;
    }

    /** The archive that holds the content and more; known behind {@link #takeOff}. */
    Optional<Volume> volume() {
        return found.map(Found::volume);
    }

    /** The content of another file of the volume, read from its beginning; empty if there is none of that path. */
    Optional<InputStream> other(String path) throws IOException {
        OptionalInt number =
                found.isEmpty() ? OptionalInt.empty() : found.get().scan().number(path);
        if (number.isEmpty()) {
            return Optional.empty();
        }
        FileBytes bytes = new FileBytes(file, surroundings.opening().cancellation());
        Layers again = again(bytes);
        again.members.put(found.get().depth(), number.getAsInt());
        return Optional.of(again.takeOff(bytes, found.get().depth() + 1));
    }

    /** Whether {@link #other} would find one. */
    boolean hasOther(String path) {
        return found.filter(volume -> volume.scan().number(path).isPresent()).isPresent();
    }

    /** The volume from its beginning; its position is told to {@code position}. */
    VolumeFiles files(Consumer<LongSupplier> position) throws IOException {
        FileBytes bytes = new FileBytes(file, surroundings.opening().cancellation());
        Layers again = again(bytes);
        InputStream content = again.takeOff(bytes, found.orElseThrow().depth());
        position.accept(bytes::position);
        return new VolumeFiles(members(found.get().layer(), content, again.surroundings));
    }

    private static MemberReader members(Layer layer, InputStream content, Layer.Surroundings file) {
        return layer == Layer.TAR ? OneFileStream.tarMembers(content, file) : OneFileStream.zipMembers(content, file);
    }

    private Layers again(FileBytes bytes) {
        Layers again = new Layers(file, surroundings(file, bytes, surroundings.opening()), Care.AGAIN);
        again.members.putAll(members);
        return again;
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
                content = new Bounded(layer.get().open(peek, surroundings.taking(member())), surroundings);
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
        boolean archive = layer == Layer.TAR || layer == Layer.ZIP;
        if (!archive || care == Care.AGAIN) {
            return false;
        }
        FileBytes bytes = new FileBytes(file, surroundings.opening().cancellation());
        Layers again = again(bytes);
        InputStream content = again.takeOff(bytes, depth);
        try (MemberReader files = members(layer, content, again.surroundings)) {
            MemberScan scan = new MemberScan(surroundings.name(), layer.title());
            return glance ? glances(layer, scan, files) : looks(layer, scan, files);
        }
    }

    private boolean glances(Layer layer, MemberScan scan, MemberReader files) throws IOException {
        scan.glance(files, depth == 0 ? Long.MAX_VALUE : LARGEST_GLANCE);
        if (scan.isOpen()) {
            throw problem(
                            DATABASE_NOT_CHOSEN,
                            "'%s' is an archive whose files have not all been looked at",
                            surroundings.name())
                    .remedy("Look into it, which takes longer.");
        }
        take(layer, scan);
        return scan.isPgDump();
    }

    private boolean looks(Layer layer, MemberScan scan, MemberReader files) throws IOException {
        if (!scan.all(files).isPgDump()) {
            scan.check();
            take(layer, scan);
        }
        return scan.isPgDump();
    }

    private void take(Layer layer, MemberScan scan) {
        scan.volume(surroundings.opening()).ifPresent(volume -> {
            found = Optional.of(new Found(depth, layer, scan, volume));
            scan.number(volume.database()).ifPresent(number -> members.put(depth, number));
        });
    }

    private OptionalInt member() {
        Integer number = members.get(depth);
        return number == null ? OptionalInt.empty() : OptionalInt.of(number);
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
