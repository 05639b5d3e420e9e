package recovery.core.restore;

import static recovery.core.error.ErrorCode.CHECKSUM_MISMATCH;
import static recovery.core.error.RecoveryException.problem;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;
import recovery.core.backup.Backup;
import recovery.core.backup.Sha256;

/**
 * The SHA-256 of a backup. One that has a sidecar is compared with it before anything is written; one that has none is
 * hashed for the report, beside the load. Closing ends the hashing.
 */
final class BackupHash implements AutoCloseable {
    private final CompletableFuture<String> result = new CompletableFuture<>();
    private CompletableFuture<Void> told = CompletableFuture.completedFuture(null);

    private BackupHash(Backup backup) {
        Thread thread = new Thread(() -> hash(backup), "backup-hash");
        thread.setDaemon(true);
        thread.start();
    }

    /**
     * Begins to hash {@code backup}; if it has a sidecar, returns when it was compared.
     *
     * @throws recovery.core.error.RecoveryException CHECKSUM_MISMATCH
     */
    static BackupHash begin(Backup backup, Runnable check) throws IOException {
        BackupHash hash = new BackupHash(backup);
        if (backup.sha256().isPresent()) {
            hash.compare(backup, check);
        }
        return hash;
    }

    private void hash(Backup backup) {
        try {
            result.complete(Sha256.of(backup.path(), () -> {
                if (result.isCancelled()) {
                    throw new CancellationException();
                }
            }));
        } catch (IOException e) {
            result.completeExceptionally(new UncheckedIOException(e));
        } catch (RuntimeException e) {
            result.completeExceptionally(e);
        }
    }

    private void compare(Backup backup, Runnable check) throws IOException {
        String promised = backup.sha256().orElseThrow();
        String actual = await(check);
        if (!promised.equalsIgnoreCase(actual)) {
            throw problem(
                            CHECKSUM_MISMATCH,
                            "'%s' has the SHA-256 %s, but its sidecar says %s",
                            backup.name(),
                            actual,
                            promised)
                    .remedy(
                            "Copy the file again from where it was made: it was damaged or cut off on the way.",
                            "Choose another backup.");
        }
    }

    /** Tells it when it is known, from any thread; never if that does not come to be. */
    void whenKnown(Consumer<String> listener) {
        told = result.thenAccept(listener);
    }

    boolean isKnown() {
        return result.isDone() && !result.isCompletedExceptionally();
    }

    /** Lower case hexadecimal, when it is known; {@code check} runs while waiting and may throw to stop that. */
    String await(Runnable check) throws IOException {
        try {
            while (true) {
                check.run();
                try {
                    return result.get(100, java.util.concurrent.TimeUnit.MILLISECONDS);
                } catch (java.util.concurrent.TimeoutException stillHashing) {
                    // look whether somebody wants to stop, then wait on
                }
            }
        } catch (java.util.concurrent.ExecutionException | CompletionException e) {
            if (e.getCause() instanceof UncheckedIOException unreadable) {
                throw unreadable.getCause();
            }
            throw new IllegalStateException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while hashing", e);
        }
    }

    @Override
    public void close() {
        told.cancel(false);
        result.cancel(false);
    }
}
