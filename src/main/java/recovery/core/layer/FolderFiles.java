package recovery.core.layer;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;
import static recovery.core.error.ErrorCode.DUMP_DAMAGED;
import static recovery.core.error.ErrorCode.FILE_NOT_ACCESSIBLE;
import static recovery.core.error.RecoveryException.problem;

import java.io.Closeable;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The files of a backup that is a folder. Their bytes are counted together, and cancelling takes effect at every read.
 * Names come from the backup itself: nothing but a plain file inside of the folder is opened, and no symbolic link is
 * followed. Closing closes what is still open. For one thread, except {@link #position}.
 */
public final class FolderFiles implements Closeable {
    /** Folders in the folder; pg_dumpall makes two levels. */
    private static final int DEEPEST = 4;

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_-][A-Za-z0-9_.-]*(/[A-Za-z0-9_-][A-Za-z0-9_.-]*)*");

    private final Path folder;
    private final Cancellation cancellation;
    private final Set<Member> open = new HashSet<>();
    private final long sizeAtBegin;
    private volatile long position;

    FolderFiles(Path folder, Cancellation cancellation) {
        this.folder = folder;
        this.cancellation = cancellation;
        this.sizeAtBegin = sizeBytes();
    }

    /** Bytes of all files read so far. Any thread may ask. */
    public long position() {
        return position;
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
    public Optional<InputStream> open(String name) {
        Optional<Path> file = path(name).filter(found -> Files.exists(found, NOFOLLOW_LINKS));
        if (file.isEmpty()) {
            return Optional.empty();
        }
        refuseOther(name);
        Member member = new Member(new FileBytes(file.get(), cancellation));
        open.add(member);
        return Optional.of(member);
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
        for (Member member : Set.copyOf(open)) {
            member.close();
        }
    }

    private final class Member extends FilterInputStream {
        Member(InputStream in) {
            super(in);
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            int count = super.read(target, offset, length);
            if (count > 0) {
                long moved = position + count;
                position = moved;
            }
            return count;
        }

        @Override
        public void close() throws IOException {
            open.remove(this);
            super.close();
        }
    }
}
