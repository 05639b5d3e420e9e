package recovery.core.restore;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import recovery.core.target.Work;

@Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ProgressMeterTest {
    private final AtomicLong now = new AtomicLong(-1_000_000_000_000L);
    private final ProgressMeter meter = new ProgressMeter(now::get);

    @Test
    void showsWhatUpToThreeThreadsAreAt() throws Exception {
        CountDownLatch mayEnd = new CountDownLatch(1);
        List<Thread> workers = IntStream.range(0, 4)
                .mapToObj(number -> new Thread(() -> {
                    meter.object("table " + number);
                    awaitQuietly(mayEnd);
                }))
                .toList();
        for (Thread worker : workers) {
            worker.start();
            while (worker.getState() != Thread.State.WAITING) {
                Thread.onSpinWait();
            }
        }
        assertThat(object()).isEqualTo("table 3, table 2, table 1");

        meter.object("index a");
        assertThat(object()).isEqualTo("index a, table 3, table 2");
        meter.object("");
        assertThat(object()).isEqualTo("table 3, table 2, table 1");

        mayEnd.countDown();
        for (Thread worker : workers) {
            worker.join();
        }
        assertThat(object()).as("who has ended is at nothing").isEmpty();
    }

    @Test
    void aNewStepForgetsWhatTheOldOneWasAt() {
        meter.object("public.orders");
        meter.enter(RestoreState.VERIFYING);
        assertThat(object()).isEmpty();
    }

    @Test
    void numbersOfThreadsThatOvertakeEachOtherNeverGoBack() {
        meter.progress(Work.INDEX, 6, 11);
        meter.progress(Work.INDEX, 5, 10);

        assertThat(meter.snapshot(RestoreState.RESTORING).work())
                .isEqualTo(Map.of("index", new Progress.Amount(6, 11)));
    }

    @Test
    void readingIsTakenFromTheFileUnlessTheTargetKnowsMore() {
        meter.reading(() -> 250, 1000);
        assertThat(meter.snapshot(RestoreState.RESTORING).work())
                .isEqualTo(Map.of("read", new Progress.Amount(250, 1000)));

        meter.progress(Work.READ, 1, 2);
        assertThat(meter.snapshot(RestoreState.RESTORING).work()).isEqualTo(Map.of("read", new Progress.Amount(1, 2)));
        assertThat(meter.snapshot(RestoreState.RESTORING).bytesDone()).isEqualTo(250);
    }

    @Test
    void rowsOfAllThreadsAddUp() {
        IntStream.range(0, 1000).parallel().forEach(i -> meter.rows(3));
        assertThat(meter.snapshot(RestoreState.RESTORING).rows()).isEqualTo(3000);
    }

    @Test
    void timesAreThoseOfStepsAndOfThreads() {
        pass(2);
        meter.enter(RestoreState.RESTORING);
        pass(10);
        meter.spent(Work.COPY, Duration.ofSeconds(9));
        meter.spent(Work.COPY, Duration.ofSeconds(8));
        meter.spent(Work.READ, Duration.ofMillis(1500));
        meter.enter(RestoreState.VERIFYING);
        pass(4);
        assertThat(meter.timings())
                .isEqualTo(new Timings(
                        Map.of("read", 1.5, "copy", 17.0, "verify", 4.0),
                        Map.of("planning", 2.0, "loading", 10.0, "verifying", 4.0)));

        meter.spent(Work.VERIFY, Duration.ofSeconds(7));
        meter.enter(RestoreState.SWAPPING);
        pass(1);
        assertThat(meter.timings())
                .isEqualTo(new Timings(
                        Map.of("read", 1.5, "copy", 17.0, "verify", 7.0, "swap", 1.0),
                        Map.of("planning", 2.0, "loading", 10.0, "verifying", 4.0, "swapping", 1.0)));
        assertThat(List.copyOf(meter.timings().busySeconds().keySet()))
                .containsExactly("read", "copy", "verify", "swap");
    }

    @Test
    void withoutHistoryItTellsTheTimeUntilTheBackupIsRead() {
        meter.enter(RestoreState.RESTORING);
        AtomicLong position = new AtomicLong();
        meter.reading(position::get, 1000);
        pass(10);
        position.set(200);

        Progress progress = meter.snapshot(RestoreState.RESTORING);
        assertThat(progress.bytesPerSecond()).isEqualTo(20);
        assertThat(progress.etaSeconds()).hasValue(40);
        assertThat(progress.etaOf()).contains("reading");
        assertThat(progress.remaining()).isEqualTo("about 40 seconds left to read the backup");
        assertThat(progress.overall()).isEqualTo(0.12);
        position.set(1000);
        assertThat(meter.snapshot(RestoreState.RESTORING).bytesPerSecond()).isZero();
    }

    private void pass(long seconds) {
        now.addAndGet(seconds * 1_000_000_000L);
    }

    private String object() {
        return meter.snapshot(RestoreState.RESTORING).object();
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
