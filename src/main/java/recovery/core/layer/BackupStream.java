package recovery.core.layer;

import static recovery.core.error.ErrorCode.BACKUP_NOT_RECOGNISED;
import static recovery.core.error.ErrorCode.FILE_NOT_ACCESSIBLE;
import static recovery.core.error.RecoveryException.problem;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.LongSupplier;
import recovery.core.error.Note;

/**
 * A backup file opened for reading with its layers taken off: what {@link #content} gives is the dump itself.
 *
 * <p>Each layer proves its own end: a stream that stops early or whose checksum is wrong throws a
 * {@code RecoveryException} (DUMP_TRUNCATED, DUMP_DAMAGED) and never reports an end of file. Progress is the position
 * in the file, not in the content. Closing closes the file. For one thread, except {@link #filePosition}, {@link #again}
 * and {@link #stretch}.
 *
 * <p>A folder is a backup too ({@link #folder}): its content is its table of contents.
 */
public final class BackupStream implements AutoCloseable {
    /** Of pg_dump and of pg_dumpall. */
    private static final List<String> TABLES_OF_CONTENTS = List.of("toc.dat", "toc.dat.gz", "toc.glo");

    private final Path path;
    private final Opening opening;
    private final Closeable source;
    private final LongSupplier position;
    private final Optional<FolderFiles> folder;
    private final long fileSize;
    private final InputStream content;
    private final List<Note> notes;
    private final List<Closeable> others = new CopyOnWriteArrayList<>();
    private final Optional<Layers> layers;
    private volatile LongSupplier volumePosition = () -> 0;
    private final OpenFiles beside;

    private BackupStream(
            Path path, Opening opening, FileBytes file, Layers layers, InputStream content, List<Note> notes)
            throws IOException {
        this.path = path;
        this.opening = opening;
        this.source = file;
        this.beside = new OpenFiles(opening.cancellation());
        this.position = () -> Math.max(file.position() + beside.position(), volumePosition.getAsLong());
        this.folder = Optional.empty();
        this.fileSize = Files.size(path);
        this.layers = Optional.of(layers);
        this.content = content;
        this.notes = notes;
    }

    private BackupStream(Path path, Opening opening, FolderFiles folder, InputStream content) {
        this.path = path;
        this.opening = opening;
        this.source = folder;
        this.beside = new OpenFiles(opening.cancellation());
        this.position = folder::position;
        this.folder = Optional.of(folder);
        this.fileSize = folder.sizeBytes();
        this.layers = Optional.empty();
        this.content = content;
        this.notes = List.of();
    }

    /** Opens a file without secrets. */
    public static BackupStream open(Path file, Cancellation cancellation) throws IOException {
        return open(file, Opening.of(cancellation));
    }

    /**
     * Opens {@code file}; the secrets stay with the caller.
     *
     * @throws recovery.core.error.RecoveryException FILE_NOT_ACCESSIBLE, BACKUP_NOT_RECOGNISED for an empty file,
     *     BACKUP_UNSUPPORTED for a layer that cannot be taken off, CANCELLED
     */
    public static BackupStream open(Path file, Opening opening) throws IOException {
        if (Files.isDirectory(file)) {
            return openFolder(file, opening);
        }
        if (!Files.isRegularFile(file)) {
            throw problem(FILE_NOT_ACCESSIBLE, "there is no file '%s'", file)
                    .remedy("List the backups again; somebody may have moved or deleted this one.");
        }
        FileBytes bytes = new FileBytes(file, opening.cancellation());
        try {
            List<Note> notes = new CopyOnWriteArrayList<>();
            Layer.Surroundings surroundings =
                    new Layer.Surroundings(String.valueOf(file.getFileName()), bytes::position, notes, opening);
            Layers layers = Layers.of(file, surroundings);
            return new BackupStream(file, opening, bytes, layers, layers.takeOff(bytes), notes);
        } catch (IOException | RuntimeException e) {
            Layers.closeAfter(e, bytes);
            throw e;
        }
    }

    private static BackupStream openFolder(Path path, Opening opening) throws IOException {
        FolderFiles folder = new FolderFiles(path, opening.cancellation());
        for (String name : TABLES_OF_CONTENTS) {
            Optional<OpenFile> content = folder.open(name);
            if (content.isPresent()) {
                return new BackupStream(path, opening, folder, content.get());
            }
        }
        throw problem(BACKUP_NOT_RECOGNISED, "the folder '%s' holds no 'toc.dat' and so no dump", path.getFileName())
                .remedy("Choose the folder that pg_dump wrote, the one in which 'toc.dat' lies.");
    }

    /** With what it was opened. */
    public Opening opening() {
        return opening;
    }

    /** The dump without its layers. The same stream at every call. */
    public InputStream content() {
        return content;
    }

    /**
     * The same backup once more from its beginning, for a format that has to be read twice. Whoever asked may close it;
     * at the latest it is closed with this one.
     */
    public BackupStream again() throws IOException {
        BackupStream other = open(path, opening);
        others.add(other::close);
        return other;
    }

    /** The archive that holds the database that is the content; empty if there is no archive, or no database in it. */
    public Optional<Volume> volume() {
        return layers.flatMap(Layers::volume);
    }

    /**
     * All members of the {@link #volume}, which must be there; their bytes count as read. At the latest it is closed with
     * this one.
     */
    public VolumeFiles volumeFiles() throws IOException {
        VolumeFiles files = layers.orElseThrow().files(from -> volumePosition = from);
        others.add(files);
        return files;
    }

    /**
     * What SQLite put beside the database that is the content, in the same archive or in the folder of a plain file.
     * Whoever asked may close it; at the latest it is closed with this one. Its bytes do not count as read.
     *
     * @param suffix e.g. {@code -wal}
     * @return empty if there is none, or nothing in it
     */
    public Optional<InputStream> companion(String suffix) throws IOException {
        Optional<InputStream> found = Optional.empty();
        if (volume().isPresent()) {
            found = layers.get().other(volume().get().database() + suffix);
        } else if (hasCompanion(suffix)) {
            found = Optional.of(new FileBytes(sibling(suffix), opening.cancellation()));
        }
        found.ifPresent(others::add);
        return found;
    }

    /** Whether {@link #companion} would find one; cheap. */
    public boolean hasCompanion(String suffix) throws IOException {
        if (volume().isPresent()) {
            return layers.get().hasOther(volume().get().database() + suffix);
        }
        return layers.isPresent()
                && !layers.get().any()
                && Files.isRegularFile(sibling(suffix), LinkOption.NOFOLLOW_LINKS)
                && Files.size(sibling(suffix)) > 0;
    }

    private Path sibling(String suffix) {
        return path.resolveSibling(path.getFileName() + suffix);
    }

    /** The file or folder itself, for a format that is read in place where no layer lies around it. */
    public Path path() {
        return path;
    }

    /**
     * The file's own bytes from {@code begin} up to {@code end}, without that one, for a format that is read in place:
     * with a handle of its own, at any time and beside others. At the latest it is closed with this backup.
     *
     * @throws recovery.core.error.RecoveryException FILE_NOT_ACCESSIBLE
     */
    public OpenFile stretch(long begin, long end) throws IOException {
        return beside.open(path, begin, end - begin, true);
    }

    /** The files of a backup that is a folder. */
    public Optional<FolderFiles> folder() {
        return folder;
    }

    /** Bytes of the file read so far. Any thread may ask. */
    public long filePosition() {
        return Math.min(position.getAsLong(), fileSize);
    }

    public long fileSize() {
        return fileSize;
    }

    /** What the layers met that is worth a note, e.g. bytes behind the end of a gzip file; complete at the end. */
    public List<Note> notes() {
        return List.copyOf(notes);
    }

    @Override
    public void close() throws IOException {
        try (content;
                beside) {
            source.close();
        } finally {
            for (Closeable other : others) {
                other.close();
            }
        }
    }
}
