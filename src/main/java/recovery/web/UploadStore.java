package recovery.web;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.WRITE;
import static recovery.core.error.ErrorCode.DISK_FULL;
import static recovery.core.error.ErrorCode.FILE_NOT_ACCESSIBLE;
import static recovery.core.error.ErrorCode.REQUEST_UNUSABLE;
import static recovery.core.error.ErrorCode.UPLOAD_CUT_OFF;
import static recovery.core.error.ErrorCode.UPLOAD_TOO_LARGE;
import static recovery.core.error.RecoveryException.problem;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.function.BooleanSupplier;
import recovery.core.backup.FolderSync;
import recovery.core.backup.PartFiles;
import recovery.core.error.RecoveryException;
import recovery.core.error.Why;

/**
 * Writes uploads into the backup directory: as {@code NAME.part} until all bytes are there, hashed and forced to disk.
 *
 * <p>Never overwrites a file and leaves none behind that did not arrive whole. Any thread may use it.
 */
final class UploadStore {
    private static final int CHUNK = 256 * 1024;
    private static final long KEEP_FREE = 64L << 20;
    private static final long LOOK_AT_DISK_EVERY = 64L << 20;
    private static final int MOST_NAMES = 10_000;

    private final Path directory;
    private final long maxBytes;
    private final BooleanSupplier stopping;

    /** {@code stopping}: whether the server is being stopped; then uploads end. */
    UploadStore(Path directory, long maxBytes, BooleanSupplier stopping) {
        this.directory = directory;
        this.maxBytes = maxBytes;
        this.stopping = stopping;
    }

    /** Refuses before the first byte what cannot end well; {@code announced} is -1 if the client did not say. */
    void checkRoom(long announced) {
        if (announced > maxBytes) {
            throw tooLarge();
        }
        checkDisk(Math.max(announced, 0));
    }

    /** Takes all of {@code bytes}. */
    Upload receive(String submittedName, InputStream bytes) {
        Part part = begin(UploadName.of(submittedName));
        try {
            MessageDigest digest = sha256();
            long size = write(bytes, part, digest);
            if (size == 0) {
                throw problem(REQUEST_UNUSABLE, "the uploaded file '%s' is empty", UploadName.of(submittedName))
                        .remedy("Choose a file that has content.");
            }
            String hash = HexFormat.of().formatHex(digest.digest());
            return new Upload(finish(part, hash), size, hash);
        } catch (IOException e) {
            throw failure(part.name(), e);
        } finally {
            discard(part.path());
        }
    }

    private long write(InputStream bytes, Part part, MessageDigest digest) throws IOException {
        try (FileChannel file = part.file()) {
            long size = copy(bytes, file, digest);
            file.force(true);
            return size;
        }
    }

    /** Removes an upload again, with its checksum. */
    void remove(Upload upload) {
        discard(directory.resolve(upload.name()));
        discard(directory.resolve(upload.name() + ".sha256"));
    }

    private long copy(InputStream bytes, FileChannel file, MessageDigest digest) throws IOException {
        byte[] chunk = new byte[CHUNK];
        long size = 0;
        long looked = 0;
        int count;
        while ((count = read(bytes, chunk)) > 0) {
            size += count;
            if (size > maxBytes) {
                throw tooLarge();
            }
            if (stopping.getAsBoolean()) {
                throw problem(UPLOAD_CUT_OFF, "the server is being stopped, the upload ended after %d bytes", size)
                        .remedy("Start the server and upload the file again.");
            }
            if (size - looked >= LOOK_AT_DISK_EVERY) {
                looked = size;
                checkDisk(0);
            }
            digest.update(chunk, 0, count);
            for (ByteBuffer rest = ByteBuffer.wrap(chunk, 0, count); rest.hasRemaining(); ) {
                file.write(rest);
            }
        }
        return size;
    }

    /** Reads until the chunk is full, because a write for every packet would be slow; 0 at the end. */
    private static int read(InputStream bytes, byte[] chunk) {
        try {
            return bytes.readNBytes(chunk, 0, chunk.length);
        } catch (IOException gone) {
            throw cutOff(gone);
        }
    }

    static RecoveryException cutOff(IOException gone) {
        return problem(UPLOAD_CUT_OFF, "the upload ended before the file was complete")
                .causedBy(gone)
                .remedy("Upload the file again, nothing of it was kept.");
    }

    private record Part(String name, Path path, FileChannel file) {}

    /** One at a time, so that two uploads of one name do not meet. */
    private synchronized Part begin(String wanted) {
        try {
            FolderSync.make(directory);
            for (int number = 1; number < MOST_NAMES; number++) {
                String name = number == 1 ? wanted : UploadName.numbered(wanted, number);
                Path path = directory.resolve(name + ".part");
                if (!taken(name) && !Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
                    FileChannel file = FileChannel.open(path, WRITE, CREATE_NEW);
                    PartFiles.lock(file);
                    return new Part(name, path, file);
                }
            }
            throw new FileAlreadyExistsException(wanted);
        } catch (IOException e) {
            throw failure(wanted, e);
        }
    }

    private boolean taken(String name) {
        return Files.exists(directory.resolve(name), LinkOption.NOFOLLOW_LINKS)
                || Files.exists(directory.resolve(name + ".sha256"), LinkOption.NOFOLLOW_LINKS);
    }

    /** Gives the file its name; the checksum goes first, so that no complete backup is ever seen without it. */
    private String finish(Part part, String hash) throws IOException {
        String name = part.name();
        for (int number = 2; number < MOST_NAMES; number++) {
            Path checksum = directory.resolve(name + ".sha256");
            try {
                Files.writeString(checksum, hash + "  " + name + "\n", UTF_8, WRITE, CREATE_NEW);
                try {
                    Files.move(part.path(), directory.resolve(name));
                } catch (IOException e) {
                    discard(checksum);
                    throw e;
                }
                FolderSync.force(directory);
                return name;
            } catch (FileAlreadyExistsException taken) {
                name = UploadName.numbered(part.name(), number);
            }
        }
        throw new FileAlreadyExistsException(part.name());
    }

    private static void discard(Path path) {
        try {
            Files.deleteIfExists(path);
        } catch (IOException e) {
            System.getLogger(UploadStore.class.getName())
                    .log(System.Logger.Level.WARNING, "could not remove '" + path.getFileName() + "'", e);
        }
    }

    private void checkDisk(long needed) {
        try {
            FolderSync.make(directory);
            long free = Files.getFileStore(directory).getUsableSpace();
            if (free < needed + KEEP_FREE) {
                throw diskFull("%d bytes are free, %d are needed".formatted(free, needed + KEEP_FREE));
            }
        } catch (IOException e) {
            throw failure(directory.getFileName().toString(), e);
        }
    }

    private static RecoveryException diskFull(String detail) {
        return problem(DISK_FULL, "the disk of the backup directory has no room for this upload: %s", detail)
                .remedy("Delete what is not needed on that disk, or copy the file into a backup directory on another.");
    }

    private RecoveryException tooLarge() {
        return problem(UPLOAD_TOO_LARGE, "the upload is larger than the limit of %d bytes", maxBytes)
                .remedy(
                        "Copy the file into the backup directory instead, there is no limit for that.",
                        "Raise MAX_UPLOAD_SIZE and start the server again.");
    }

    private static RecoveryException failure(String name, IOException e) {
        if (Why.isFullDisk(e)) {
            return diskFull("writing '%s' failed".formatted(name));
        }
        return problem(FILE_NOT_ACCESSIBLE, "'%s' cannot be written into the backup directory: %s", name, Why.of(e))
                .causedBy(e)
                .remedy("Give the user of this server the right to write into the backup directory.");
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every Java has SHA-256", impossible);
        }
    }
}
