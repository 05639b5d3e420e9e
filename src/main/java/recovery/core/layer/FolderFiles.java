package recovery.core.layer;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;
import static recovery.core.error.ErrorCode.DUMP_DAMAGED;
import static recovery.core.error.ErrorCode.FILE_NOT_ACCESSIBLE;
import static recovery.core.error.RecoveryException.problem;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The files of a backup that is a folder. Their bytes are counted together, and cancelling takes effect at every read.
 * Names come from the backup itself: nothing but a plain file inside of the folder is opened, and no symbolic link is
 * followed. Closing closes what is still open. Any thread may use it.
 */
public final class FolderFiles implements Closeable {
    /** Folders in the folder; pg_dumpall makes two levels. */
    private static final int DEEPEST = 4;

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_-][A-Za-z0-9_.-]*(/[A-Za-z0-9_-][A-Za-z0-9_.-]*)*");

    private final Path folder;
    private final OpenFiles open;
    private final long sizeAtBegin;

    FolderFiles(Path folder, Cancellation cancellation) {
        this.folder = folder;
        this.open = new OpenFiles(cancellation);
        this.sizeAtBegin = sizeBytes();
    }

    /** Bytes of all files read so far. Any thread may ask. */
    public long position() {
        return open.position();
    }

    /** Bytes of all files together. */
    public long sizeBytes() {
        try (Stream<Path> files = Files.walk(folder, DEEPEST)) {
            return files.filter(file -> Files.isRegularFile(file, NOFOLLOW_LINKS))
                    .mapToLong(FolderFiles::size)
                    .sum();
        } catch (IOException | java.io.UncheckedIOException e) {
            throw problem(FILE_NOT_ACCESSIBLE, "the folder '%s' cannot be read: %s", folder.getFileName(), e)
                    .causedBy(e)
                    .remedy("Check that this user may read the folder and that its disk is mounted.");
        }
    }

    /**
     * Refuses files that were cut or replaced since this was made: not every file of an archive proves its own end.
     *
     * @throws recovery.core.error.RecoveryException DUMP_DAMAGED, FILE_NOT_ACCESSIBLE
     */
    public void refuseChange() {
        long now = sizeBytes();
        if (now != sizeAtBegin) {
            throw problem(
                            DUMP_DAMAGED,
                            "the folder '%s' changed while it was read: it had %d bytes, and now it has %d",
                            folder.getFileName(),
                            sizeAtBegin,
                            now)
                    .remedy("Wait until nothing writes to it any more, and start again.");
        }
    }

    private static long size(Path file) {
        try {
            return Files.size(file);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    /** Whether {@code name}, with slashes between folders, is a plain file of this folder. */
    public boolean has(String name) {
        return path(name)
                .filter(file -> Files.isRegularFile(file, NOFOLLOW_LINKS))
                .isPresent();
    }

    /**
     * The bytes of a file; empty if there is none of that name. Who reads it closes it.
     *
     * @throws recovery.core.error.RecoveryException FILE_NOT_ACCESSIBLE, CANCELLED; DUMP_DAMAGED if something else than a
     *     plain file has that name
     */
    public Optional<OpenFile> open(String name) throws IOException {
        return stretch(name, 0, Long.MAX_VALUE, true);
    }

    /** As {@link #open} for a file that is read twice: its bytes are not counted. */
    public Optional<OpenFile> again(String name) throws IOException {
        return stretch(name, 0, Long.MAX_VALUE, false);
    }

    /** As {@link #open} for the bytes from {@code begin} up to {@code end}, without that one. */
    public Optional<OpenFile> stretch(String name, long begin, long end) throws IOException {
        return stretch(name, begin, end - begin, true);
    }

    private Optional<OpenFile> stretch(String name, long begin, long length, boolean counted) throws IOException {
        Optional<Path> file = path(name).filter(found -> Files.exists(found, NOFOLLOW_LINKS));
        if (file.isEmpty()) {
            return Optional.empty();
        }
        refuseOther(name);
        return Optional.of(open.open(file.get(), begin, length, counted));
    }

    /** Bytes of a file; empty if no plain file has that name. */
    public OptionalLong size(String name) {
        Optional<Path> file = path(name).filter(found -> Files.isRegularFile(found, NOFOLLOW_LINKS));
        return file.isPresent() ? OptionalLong.of(size(file.get())) : OptionalLong.empty();
    }

    /**
     * Refuses a link or a folder where a file should be.
     *
     * @throws recovery.core.error.RecoveryException DUMP_DAMAGED
     */
    public void refuseOther(String name) {
        boolean there =
                path(name).filter(found -> Files.exists(found, NOFOLLOW_LINKS)).isPresent();
        if (there && !has(name)) {
            throw problem(DUMP_DAMAGED, "'%s' in the folder '%s' is no plain file", name, folder.getFileName())
                    .remedy("Put the file itself there if it is a link, since links are not followed.");
        }
    }

    /** Empty for a name that leads out of the folder, or over a link. */
    private Optional<Path> path(String name) {
        if (!NAME.matcher(name).matches()) {
            return Optional.empty();
        }
        Path file = folder.resolve(name);
        for (Path above = file.getParent(); !above.equals(folder); above = above.getParent()) {
            if (Files.isSymbolicLink(above)) {
                return Optional.empty();
            }
        }
        return Optional.of(file);
    }

    @Override
    public void close() throws IOException {
        open.close();
    }
}
