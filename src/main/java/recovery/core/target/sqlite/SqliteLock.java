package recovery.core.target.sqlite;

import static java.nio.charset.StandardCharsets.UTF_8;
import static recovery.core.error.ErrorCode.FILE_NOT_ACCESSIBLE;
import static recovery.core.error.ErrorCode.RESTORE_ALREADY_RUNNING;
import static recovery.core.error.RecoveryException.problem;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import recovery.core.error.RecoveryException;
import recovery.core.error.Why;
import recovery.core.target.Target.TargetLock;

/**
 * The lock of one live file: a file beside it that the operating system locks, so that the lock ends with its process.
 *
 * <p>Inside this process a table keeps the locks apart: on POSIX systems a process loses its locks on a file when it
 * closes any other handle of it, so the lock file must not even be opened a second time.
 */
final class SqliteLock implements TargetLock {
    private static final System.Logger LOG = System.getLogger(SqliteLock.class.getName());
    private static final Map<Path, String> HELD = new ConcurrentHashMap<>();

    /** Far behind the text, so that others can read who holds the lock also where locks forbid reading. */
    private static final long LOCKED_BYTE = 1L << 40;

    private final Path file;
    private final FileChannel channel;

    private SqliteLock(Path file, FileChannel channel) {
        this.file = file;
        this.channel = channel;
    }

    /** Beside the live file; above its folder if a swap of folders that was cut off has left no folder of that name. */
    static Path fileFor(Path live) {
        Path folder = live.getParent();
        if (!Files.exists(folder) && folder.getParent() != null) {
            return folder.resolveSibling("." + folder.getFileName() + "." + live.getFileName() + ".recovery-lock");
        }
        return live.resolveSibling("." + live.getFileName() + ".recovery-lock");
    }

    static SqliteLock take(Path live, String holder) {
        Path file = fileFor(live);
        String other = HELD.putIfAbsent(file, holder);
        if (other != null) {
            throw running(live, other);
        }
        boolean taken = false;
        try {
            SqliteLock lock = new SqliteLock(file, locked(live, file, holder));
            taken = true;
            return lock;
        } catch (IOException failed) {
            throw problem(FILE_NOT_ACCESSIBLE, "cannot write the lock file '%s': %s", file, Why.of(failed))
                    .causedBy(failed)
                    .remedy("Give this program's user the right to write into the folder '%s'."
                            .formatted(file.getParent()));
        } finally {
            if (!taken) {
                HELD.remove(file);
            }
        }
    }

    /** Who holds the lock of {@code live}, in this process or another; empty if nobody does. */
    static Optional<String> holder(Path live) {
        Path file = fileFor(live);
        String own = HELD.get(file);
        if (own != null || !Files.exists(file)) {
            return Optional.ofNullable(own);
        }
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            return channel.tryLock(LOCKED_BYTE, 1, false) == null ? Optional.of(textOf(file)) : Optional.empty();
        } catch (IOException unreadable) {
            return Optional.of(textOf(file));
        }
    }

    /** Removes the file of a lock that nobody holds. A lock that cannot be looked at stays. */
    static void removeStale(Path live) {
        if (Files.exists(fileFor(live)) && holder(live).isEmpty()) {
            try {
                take(live, "removing the lock of a dead process").close();
            } catch (RecoveryException takenMeanwhile) {
                LOG.log(System.Logger.Level.DEBUG, "a lock file stays", takenMeanwhile);
            }
        }
    }

    private static FileChannel locked(Path live, Path file, String holder) throws IOException {
        for (int attempt = 0; attempt < 10; attempt++) {
            FileChannel channel = FileChannel.open(
                    file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
            boolean kept = false;
            try {
                if (channel.tryLock(LOCKED_BYTE, 1, false) == null) {
                    throw running(live, textOf(file));
                }
                byte[] text = holder.getBytes(UTF_8);
                channel.truncate(0).write(ByteBuffer.wrap(text));
                channel.force(true);
                // whoever held it before may have deleted the file between our opening and our locking
                kept = Files.exists(file) && Files.size(file) == text.length;
                if (kept) {
                    return channel;
                }
            } finally {
                if (!kept) {
                    channel.close();
                }
            }
        }
        throw new IOException("the file is deleted again and again");
    }

    private static RecoveryException running(Path live, String holder) {
        return problem(
                        RESTORE_ALREADY_RUNNING,
                        "another restore of '%s' is running: %s",
                        live.getFileName(),
                        holder.isBlank() ? "it does not say which" : holder)
                .remedy("Wait until it has ended, or cancel it.");
    }

    private static String textOf(Path file) {
        try {
            return Files.readString(file).strip();
        } catch (IOException unreadable) {
            return "";
        }
    }

    @Override
    public void close() {
        try (channel) {
            Files.deleteIfExists(file);
        } catch (IOException failed) {
            // the lock itself ends with the channel; a file without a lock holds nobody up
            LOG.log(System.Logger.Level.DEBUG, "the lock file stays behind", failed);
        } finally {
            HELD.remove(file);
        }
    }
}
