package recovery.core.restore;

import static java.nio.charset.StandardCharsets.UTF_8;
import static recovery.core.error.ErrorCode.FILE_NOT_ACCESSIBLE;
import static recovery.core.error.ErrorCode.RESTORE_ALREADY_RUNNING;
import static recovery.core.error.RecoveryException.problem;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import recovery.core.error.Why;

/**
 * Keeps two servers or terminals that share a state directory apart. The operating system holds the lock, so that of
 * a dead process is gone with it. The file itself stays; its text says who holds or held the lock.
 */
final class RestoreLock implements AutoCloseable {
    /** Holds the lock for as long as the database takes to answer, and never longer. */
    static final String LOOK = "a look at what earlier restores left";

    private static final long LOOK_WAITED_FOR_NANOS = 30_000_000_000L;
    private static final int HOLDER_BYTES_AT_MOST = 500;

    /** Far behind the text: on Windows nobody else could read the locked part. */
    private static final long LOCKED_BYTE = 1L << 40;

    private final FileChannel file;

    private RestoreLock(FileChannel file) {
        this.file = file;
    }

    /**
     * Takes the lock for {@code holder}, or throws RESTORE_ALREADY_RUNNING with the one who has it. Waits while that is
     * only a look; {@code check} is called meanwhile and may throw.
     */
    static RestoreLock take(Path stateDirectory, String holder, Runnable check) {
        long begin = System.nanoTime();
        Optional<RestoreLock> lock = tryTake(stateDirectory, holder);
        while (lock.isEmpty()
                && holder(stateDirectory).equals(LOOK)
                && System.nanoTime() - begin < LOOK_WAITED_FOR_NANOS) {
            check.run();
            LockSupport.parkNanos(20_000_000L);
            lock = tryTake(stateDirectory, holder);
        }
        return lock.orElseThrow(
                () -> problem(RESTORE_ALREADY_RUNNING, "another restore is running: %s", holder(stateDirectory))
                        .remedy("Wait until it has ended, or cancel it where it was started."));
    }

    /** Takes the lock if it is free. */
    static Optional<RestoreLock> tryTake(Path stateDirectory, String holder) {
        try {
            FileChannel file = FileChannel.open(
                    path(stateDirectory), StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
            if (!locked(file)) {
                file.close();
                return Optional.empty();
            }
            file.truncate(0);
            file.write(ByteBuffer.wrap(holder.getBytes(UTF_8)));
            return Optional.of(new RestoreLock(file));
        } catch (IOException e) {
            throw problem(FILE_NOT_ACCESSIBLE, "the lock in '%s' cannot be taken: %s", stateDirectory, Why.of(e))
                    .causedBy(e)
                    .remedy("Give this user the right to write there, or point STATE_DIR to another folder.");
        }
    }

    /** Whether somebody holds it for restore {@code id}; no other is disturbed by the question. */
    static boolean isHeldFor(Path stateDirectory, String id) {
        if (!Files.exists(path(stateDirectory)) || !holder(stateDirectory).startsWith(id + " ")) {
            return false;
        }
        Optional<RestoreLock> free = tryTake(stateDirectory, LOOK);
        free.ifPresent(RestoreLock::close);
        return free.isEmpty();
    }

    private static boolean locked(FileChannel file) throws IOException {
        try {
            FileLock lock = file.tryLock(LOCKED_BYTE, 1, false);
            return lock != null;
        } catch (OverlappingFileLockException e) {
            return false;
        }
    }

    private static String holder(Path stateDirectory) {
        try (FileChannel file = FileChannel.open(path(stateDirectory), StandardOpenOption.READ)) {
            ByteBuffer text = ByteBuffer.allocate(HOLDER_BYTES_AT_MOST);
            file.read(text);
            return new String(text.array(), 0, text.position(), UTF_8);
        } catch (IOException e) {
            return "its name cannot be read (" + Why.of(e) + ")";
        }
    }

    private static Path path(Path stateDirectory) {
        return stateDirectory.resolve("restore.lock");
    }

    @Override
    public void close() {
        try {
            file.close();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
