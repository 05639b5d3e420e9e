package recovery.core.restore;

import static recovery.core.error.ErrorCode.DISK_FULL;
import static recovery.core.error.ErrorCode.FILE_NOT_ACCESSIBLE;
import static recovery.core.error.RecoveryException.problem;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;
import java.util.Set;
import recovery.core.error.RecoveryException;
import recovery.core.error.Why;
import recovery.core.layer.openpgp.EncryptionKey;

/**
 * A new file of the backup directory: until it is proven its name ends with {@code .part}, and closing deletes it. Only
 * this program's user can read it. For one thread, once.
 */
final class SafetyFile implements AutoCloseable {
    private static final boolean WINDOWS = java.io.File.separatorChar == '\\';
    private static final int BUFFER_BYTES = 1 << 16;

    private final Path folder;
    private final String name;
    private final Path part;
    private String sha256 = "";

    /** Nothing is made yet. */
    SafetyFile(Path folder, String name) {
        this.folder = folder;
        this.name = name;
        this.part = folder.resolve(name + ".part");
    }

    /** Writes all that goes into it. */
    interface Content {
        void into(OutputStream out) throws IOException;
    }

    /**
     * Writes the file, encrypted on its way if there is a key, and waits until the disk has it.
     *
     * @throws RecoveryException DISK_FULL, FILE_NOT_ACCESSIBLE, and what {@code content} throws
     */
    void write(Optional<EncryptionKey> key, Content content) {
        MessageDigest digest = sha256();
        try (FileChannel file =
                FileChannel.open(part, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), onlyForUs())) {
            OutputStream out = new DigestOutputStream(Channels.newOutputStream(file), digest);
            OutputStream buffered = new BufferedOutputStream(out, BUFFER_BYTES);
            if (key.isPresent()) {
                OutputStream encrypted = key.get().encrypting(buffered);
                content.into(encrypted);
                encrypted.close();
            } else {
                content.into(buffered);
            }
            buffered.flush();
            file.force(true);
        } catch (IOException e) {
            throw failed(e);
        }
        sha256 = HexFormat.of().formatHex(digest.digest());
    }

    private FileAttribute<?>[] onlyForUs() throws IOException {
        return Files.getFileStore(folder).supportsFileAttributeView("posix")
                ? new FileAttribute<?>[] {
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
                }
                : new FileAttribute<?>[0];
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    RecoveryException failed(IOException e) {
        if (Why.isFullDisk(e)) {
            return problem(DISK_FULL, "the disk of the backup directory '%s' is full: %s", folder, Why.of(e))
                    .causedBy(e)
                    .remedy("Free space there, or point BACKUP_DIR to a larger disk, then start again.");
        }
        return problem(FILE_NOT_ACCESSIBLE, "'%s' cannot be written: %s", part, Why.of(e))
                .causedBy(e)
                .remedy("Give this user the right to write there, or point BACKUP_DIR to another folder.");
    }

    Path part() {
        return part;
    }

    String name() {
        return name;
    }

    /** Of what was written, in lower case hexadecimal. */
    String hash() {
        return sha256;
    }

    long sizeBytes() {
        try {
            return Files.size(part);
        } catch (IOException e) {
            throw failed(e);
        }
    }

    /** Gives the file its name, puts checksum and metadata beside it, and makes all of that durable. */
    void publish(String metadata) {
        try {
            Files.move(part, folder.resolve(name), StandardCopyOption.ATOMIC_MOVE);
            beside(".sha256", sha256 + "  " + name + "\n");
            beside(".json", metadata);
            forceFolder();
        } catch (IOException e) {
            throw failed(e);
        }
    }

    private void beside(String ending, String text) throws IOException {
        Path file = folder.resolve(name + ending);
        try (FileChannel channel = FileChannel.open(
                file,
                Set.of(StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE),
                onlyForUs())) {
            OutputStream out = Channels.newOutputStream(channel);
            out.write(text.getBytes(java.nio.charset.StandardCharsets.UTF_8));
            channel.force(true);
        }
    }

    /** On Windows a folder cannot be forced; NTFS writes its names by itself. */
    private void forceFolder() throws IOException {
        if (!WINDOWS) {
            try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
                channel.force(true);
            }
        }
    }

    /** Deletes what was not published. */
    @Override
    public void close() {
        try {
            Files.deleteIfExists(part);
        } catch (IOException e) {
            System.getLogger(SafetyFile.class.getName())
                    .log(System.Logger.Level.ERROR, "''{0}'' cannot be deleted: {1}", part, Why.of(e));
        }
    }
}
