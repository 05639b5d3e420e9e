package recovery.core.target.sqlite;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicLong;
import recovery.core.dump.sqlite.cipher.PageCipher;
import recovery.core.dump.sqlite.cipher.PageKeys;
import recovery.core.layer.Cancellation;

/**
 * Proves every page of an encrypted file by its seal, over two threads, and decrypts the file on the way if it is to be
 * looked into. What is decrypted lies in memory only.
 */
final class PageProof {
    private static final int SLICE = 1 << 20;
    private static final int THREADS = 2;
    private static final int NAMED = 100;

    private final PageKeys keys;
    private final Cancellation cancellation;
    private final AtomicLong nextSlice = new AtomicLong();
    private final List<String> wrong = new ArrayList<>();
    private long blank;

    PageProof(PageKeys keys, Cancellation cancellation) {
        this.keys = keys;
        this.cancellation = cancellation;
    }

    /**
     * What was found.
     *
     * @param wrong pages without a seal that fits, in their order
     * @param blank pages of zeros, which SQLite has never written
     */
    record Proof(long pages, List<String> wrong, long blank) {}

    /** {@code image}: takes the decrypted file, and is as long as it; empty if only the seals are wanted. */
    Proof of(Path file, Optional<byte[]> image) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            long length = channel.size();
            List<CompletableFuture<Void>> others = new ArrayList<>();
            for (int i = 1; i < THREADS && length > SLICE; i++) {
                others.add(beside(channel, length, image));
            }
            try {
                work(channel, length, image);
            } finally {
                others.forEach(PageProof::await);
            }
            rethrow(others);
            wrong.sort(java.util.Comparator.comparingInt(String::length).thenComparing(page -> page));
            return new Proof(length / keys.pageSize(), wrong, blank);
        }
    }

    private CompletableFuture<Void> beside(FileChannel channel, long length, Optional<byte[]> image) {
        CompletableFuture<Void> result = new CompletableFuture<>();
        Thread thread = new Thread(
                () -> {
                    try {
                        work(channel, length, image);
                        result.complete(null);
                    } catch (IOException | RuntimeException | Error failed) {
                        result.completeExceptionally(failed);
                    }
                },
                "page-proof");
        thread.setDaemon(true);
        thread.start();
        return result;
    }

    private void work(FileChannel channel, long length, Optional<byte[]> image) throws IOException {
        PageCipher cipher = keys.cipher();
        byte[] slice = new byte[SLICE];
        for (long begin = nextSlice.getAndAdd(SLICE); begin < length; begin = nextSlice.getAndAdd(SLICE)) {
            cancellation.check();
            int count = (int) Math.min(SLICE, length - begin);
            read(channel, begin, slice, count);
            prove(cipher, slice, count, begin, image);
        }
    }

    private static void read(FileChannel channel, long begin, byte[] slice, int count) throws IOException {
        ByteBuffer buffer = ByteBuffer.wrap(slice, 0, count);
        while (buffer.hasRemaining()) {
            if (channel.read(buffer, begin + buffer.position()) < 0) {
                throw new IOException("the file became shorter while it was read");
            }
        }
    }

    private void prove(PageCipher cipher, byte[] slice, int count, long begin, Optional<byte[]> image) {
        int pageSize = keys.pageSize();
        for (int at = 0; at + pageSize <= count; at += pageSize) {
            long number = (begin + at) / pageSize + 1;
            if (cipher.isSealed(slice, at, number)) {
                if (image.isPresent()) {
                    cipher.decrypt(slice, at, number, image.get(), Math.toIntExact(begin) + at);
                }
            } else {
                without(slice, at, number);
            }
        }
    }

    private synchronized void without(byte[] slice, int at, long number) {
        if (number > 1 && PageKeys.isBlank(slice, at, keys.pageSize())) {
            blank++;
        } else if (wrong.size() < NAMED) {
            wrong.add("page %d is not what was written".formatted(number));
        }
    }

    private static void await(CompletableFuture<Void> other) {
        try {
            other.join();
        } catch (CompletionException told) {
            // by rethrow, unless this thread has failed as well
        }
    }

    private static void rethrow(List<CompletableFuture<Void>> others) throws IOException {
        for (CompletableFuture<Void> other : others) {
            try {
                other.join();
            } catch (CompletionException failed) {
                if (failed.getCause() instanceof IOException io) {
                    throw io;
                }
                if (failed.getCause() instanceof RuntimeException reason) {
                    throw reason;
                }
                throw failed;
            }
        }
    }
}
