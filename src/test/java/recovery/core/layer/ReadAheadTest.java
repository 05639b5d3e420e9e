package recovery.core.layer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static recovery.core.layer.GzipStreamTest.gzip;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import recovery.core.error.ErrorCode;
import recovery.core.error.Note;
import recovery.core.error.RecoveryException;

@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ReadAheadTest {
    /** More than all blocks of the thread together. */
    private static final int MANY_BYTES = 5_000_000;

    @TempDir
    private Path folder;

    @AfterEach
    void noThreadIsLeftBehind() {
        assertThat(readers()).isEmpty();
    }

    private static List<Thread> readers() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().equals(ReadAhead.THREAD) && thread.isAlive())
                .toList();
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1, 100_000, MANY_BYTES, MANY_BYTES + 1L})
    void givesTheBytesUnderneath(long startsAfter) throws Exception {
        long seed = new Random().nextLong();
        System.out.println("ReadAheadTest seed " + seed);
        Random random = new Random(seed);
        byte[] content = bytes(MANY_BYTES, random);
        Underneath underneath = new Underneath(content);
        ByteArrayOutputStream read = new ByteArrayOutputStream();

        try (ReadAhead stream = new ReadAhead(underneath, startsAfter)) {
            byte[] block = new byte[1 << 19];
            int count = 0;
            while (count >= 0) {
                int offset = random.nextInt(100);
                count = stream.read(block, offset, 1 + random.nextInt(random.nextBoolean() ? 10_000 : 400_000));
                read.write(block, offset, Math.max(0, count));
            }
            assertThat(stream.read()).isEqualTo(-1);
        }
        assertThat(read.toByteArray()).isEqualTo(content);
        assertThat(underneath.closed).isTrue();
    }

    @Test
    void readsInItsOwnThreadOnlyBehindTheFirstBytes() throws Exception {
        Underneath underneath = new Underneath(new byte[MANY_BYTES]);
        try (ReadAhead stream = new ReadAhead(underneath, 1_000)) {
            assertThat(stream.readNBytes(1_000)).hasSize(1_000);
            assertThat(underneath.readers).containsExactly(Thread.currentThread());
            assertThat(readers()).isEmpty();

            assertThat(stream.read()).isZero();
            assertThat(underneath.readers).hasSize(2);
        }
        assertThat(underneath.readers)
                .filteredOn(thread -> thread != Thread.currentThread())
                .singleElement()
                .satisfies(thread -> {
                    assertThat(thread.getName()).isEqualTo("recovery-read-ahead");
                    assertThat(thread.isDaemon()).isTrue();
                    assertThat(thread.isAlive()).isFalse();
                });
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 262_143, 262_144, 262_145, 3_000_000})
    void throwsWhatFailedUnderneathBehindTheLastByteBeforeIt(int good) throws Exception {
        List<Throwable> failures = List.of(
                RecoveryException.problem(ErrorCode.DUMP_DAMAGED, "damaged").remedy("Copy it again."),
                new IOException("gone"),
                new IllegalStateException("a mistake"),
                new OutOfMemoryError("not really"));
        for (Throwable failure : failures) {
            Underneath underneath = new Underneath(new byte[good]);
            underneath.failure = Optional.of(failure);
            try (ReadAhead stream = new ReadAhead(underneath, 0)) {
                int count = 0;
                Throwable thrown = null;
                byte[] block = new byte[100_000];
                while (thrown == null) {
                    int before = count;
                    try {
                        count += stream.read(block, 0, block.length);
                        assertThat(count).isGreaterThan(before);
                    } catch (Throwable e) {
                        thrown = e;
                    }
                }
                assertThat(count).isEqualTo(good);
                assertThat(thrown).isSameAs(failure);
                assertThat(catchThrowable(stream::read)).isSameAs(failure);
            }
        }
    }

    /** Its consumer died, and all of its blocks are filled. */
    @Test
    void closingEndsAThreadThatWaits() throws Exception {
        Underneath underneath = new Underneath(new byte[MANY_BYTES]);
        ReadAhead stream = new ReadAhead(underneath, 0);
        try (stream) {
            assertThat(stream.read()).isZero();
            Thread reader = readers().get(0);
            while (reader.getState() != Thread.State.WAITING) {
                Thread.onSpinWait();
            }
        }
        assertThat(readers()).isEmpty();
        assertThat(underneath.events).endsWith("closed");
        assertThatThrownBy(() -> stream.readNBytes(MANY_BYTES))
                .isInstanceOf(IOException.class)
                .hasMessage("the backup was closed");
    }

    @Test
    void closingEndsAReadThatWaitsAndClosesUnderneathOnlyAfterTheThreadEnded() throws Exception {
        Underneath underneath = new Underneath(new byte[MANY_BYTES]);
        underneath.hangs = true;
        ReadAhead stream = new ReadAhead(underneath, 0);
        FutureTask<Throwable> consumer = new FutureTask<>(() -> catchThrowable(stream::read));
        new Thread(consumer, "consumer").start();
        underneath.hanging.await();
        FutureTask<Throwable> closer = new FutureTask<>(() -> catchThrowable(stream::close));
        new Thread(closer, "closer").start();

        assertThat(consumer.get()).isInstanceOf(IOException.class).hasMessage("the backup was closed");
        underneath.release.countDown();
        assertThat(closer.get()).isNull();
        assertThat(underneath.events).containsExactly("hangs", "goes on", "closed");
    }

    @Test
    void anInterruptedConsumerGetsAllBytesAndStaysInterrupted() throws Exception {
        byte[] content = bytes(MANY_BYTES, new Random(7));
        try (ReadAhead stream = new ReadAhead(new Underneath(content), 10)) {
            Thread.currentThread().interrupt();
            assertThat(stream.readAllBytes()).isEqualTo(content);
            assertThat(Thread.currentThread().isInterrupted()).isTrue();
        } finally {
            assertThat(Thread.interrupted()).isTrue();
        }
    }

    @Test
    void aBackupIsReadAheadOnceMoreThanItsHeadIsTaken() throws Exception {
        byte[] content = bytes(MANY_BYTES, new Random(8));
        Path packed = Files.write(folder.resolve("dump.gz"), gzip(content));
        try (BackupStream backup = BackupStream.open(packed, new Cancellation())) {
            byte[] head = backup.content().readNBytes(1 << 20);
            assertThat(readers()).isEmpty();
            assertThat(backup.content().read()).isEqualTo(content[head.length] & 0xFF);
            assertThat(readers()).hasSize(1);
            assertThat(backup.content().readAllBytes()).hasSize(content.length - head.length - 1);
            assertThat(backup.filePosition()).isEqualTo(Files.size(packed));
        }
        Path bare = Files.write(folder.resolve("dump.sql"), content);
        try (BackupStream backup = BackupStream.open(bare, new Cancellation())) {
            assertThat(backup.content().readNBytes(2 << 20)).hasSize(2 << 20);
            assertThat(readers()).isEmpty();
        }
    }

    @Test
    void damageIsToldAtTheSameByteAndInTheSameWordsAsWithoutAThread() throws Exception {
        byte[] packed = gzip(bytes(MANY_BYTES, new Random(9)));
        byte[] flipped = packed.clone();
        flipped[flipped.length - 6] ^= 1;
        for (byte[] damaged : List.of(flipped, Arrays.copyOf(packed, packed.length - 700_000))) {
            Path file = Files.write(folder.resolve("dump.gz"), damaged);
            Outcome direct;
            try (FileBytes bytes = new FileBytes(file, new Cancellation());
                    GzipStream gzip = new GzipStream(bytes, bytes::position, new CopyOnWriteArrayList<>())) {
                direct = Outcome.of(gzip);
            }
            try (BackupStream backup = BackupStream.open(file, new Cancellation())) {
                assertThat(Outcome.of(backup.content())).isEqualTo(direct);
                assertThat(direct.message()).startsWith("the gzip file ");
            }
        }
    }

    private record Outcome(long bytes, String message) {
        static Outcome of(InputStream in) throws IOException {
            long count = 0;
            byte[] block = new byte[10_000];
            while (true) {
                try {
                    int more = in.read(block, 0, block.length);
                    if (more < 0) {
                        return new Outcome(count, "");
                    }
                    count += more;
                } catch (RecoveryException e) {
                    return new Outcome(count, e.getMessage());
                }
            }
        }
    }

    @Test
    void cancellingReachesTheConsumer() throws Exception {
        Path packed = Files.write(folder.resolve("dump.gz"), gzip(bytes(MANY_BYTES, new Random(10))));
        Cancellation cancellation = new Cancellation();
        try (BackupStream backup = BackupStream.open(packed, cancellation)) {
            assertThat(backup.content().readNBytes(1_100_000)).hasSize(1_100_000);
            cancellation.ask();
            assertThatThrownBy(() -> backup.content().readAllBytes()).hasMessage("the restore was cancelled");
        }
    }

    @Test
    void notesAreCompleteAtTheEnd() throws Exception {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        packed.writeBytes(gzip(bytes(MANY_BYTES, new Random(11))));
        packed.writeBytes(new byte[] {1, 2, 3});
        Path file = Files.write(folder.resolve("dump.gz"), packed.toByteArray());
        try (BackupStream backup = BackupStream.open(file, new Cancellation())) {
            assertThat(backup.content().readAllBytes()).hasSize(MANY_BYTES);
            assertThat(backup.notes()).extracting(Note::code).containsExactly("GZIP_TRAILING_BYTES");
        }
    }

    private static byte[] bytes(int count, Random random) {
        byte[] bytes = new byte[count];
        random.nextBytes(bytes);
        return bytes;
    }

    /** Given bytes, and what it was asked for. */
    private static final class Underneath extends BlockStream {
        private final byte[] content;
        private final Set<Thread> readers = ConcurrentHashMap.newKeySet();
        private final List<String> events = new CopyOnWriteArrayList<>();
        private final CountDownLatch hanging = new CountDownLatch(1);
        private final CountDownLatch release = new CountDownLatch(1);
        private Optional<Throwable> failure = Optional.empty();
        private boolean hangs;
        private int next;
        private volatile boolean closed;

        Underneath(byte[] content) {
            this.content = content;
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            readers.add(Thread.currentThread());
            if (hangs) {
                hang();
            }
            if (next == content.length && failure.isPresent()) {
                fail(failure.get());
            }
            int count = Math.min(Math.min(length, 70_000), content.length - next);
            System.arraycopy(content, next, target, offset, count);
            next += count;
            return count == 0 ? -1 : count;
        }

        private void hang() {
            hangs = false;
            events.add("hangs");
            hanging.countDown();
            try {
                release.await();
            } catch (InterruptedException e) {
                events.add("interrupted");
            }
            events.add("goes on");
        }

        private static void fail(Throwable failure) throws IOException {
            if (failure instanceof Error e) {
                throw e;
            }
            if (failure instanceof RuntimeException e) {
                throw e;
            }
            throw (IOException) failure;
        }

        @Override
        public void close() {
            closed = true;
            events.add("closed");
        }
    }
}
