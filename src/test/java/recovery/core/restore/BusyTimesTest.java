package recovery.core.restore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import recovery.core.target.Work;

class BusyTimesTest {
    private final BusyTimes times = new BusyTimes();

    @Test
    void timesOfSeveralAtOnceAddUpAndShareTheClock() {
        add(Work.COPY, 0, 10);
        add(Work.COPY, 0, 10);
        add(Work.COPY, 0, 10);
        add(Work.INDEX, 0, 10);

        assertThat(times.busy())
                .isEqualTo(Map.of(Work.COPY, Duration.ofSeconds(30), Work.INDEX, Duration.ofSeconds(10)));
        assertThat(seconds(Work.COPY)).isCloseTo(7.5, within(0.01));
        assertThat(seconds(Work.INDEX)).isCloseTo(2.5, within(0.01));
    }

    @Test
    void aLongTailOnOneConnectionCountsAsLongAsItTakes() {
        for (int connection = 0; connection < 4; connection++) {
            add(Work.COPY, 0, 10);
        }
        add(Work.INDEX, 10, 20);

        assertThat(seconds(Work.COPY)).isCloseTo(10, within(0.1));
        assertThat(seconds(Work.INDEX)).isCloseTo(10, within(0.1));
    }

    @Test
    void whileNobodyIsBusyTheTimeBelongsToNoKind() {
        add(Work.COPY, 0, 1);
        add(Work.INDEX, 9, 10);

        assertThat(seconds(Work.COPY) + seconds(Work.INDEX)).isCloseTo(2, within(0.2));
    }

    @Test
    void aRestoreOfDaysIsCutIntoCoarserSlotsWithoutLosingTime() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        double copy = 0;
        double end = 0;
        while (end < 200_000) {
            double piece = random.nextDouble() * 100;
            add(Work.COPY, end, end + piece);
            add(Work.READ, end, end + piece);
            copy += piece;
            end += piece;
        }
        assertThat(seconds(Work.COPY)).as("seed %d", seed).isCloseTo(copy / 2, within(copy / 500));
        assertThat(times.busy().get(Work.COPY).toNanos() / 1e9).isCloseTo(copy, within(0.001));
    }

    @Test
    void aClockThatGoesBackAndTimesBeforeTheBeginDoNoHarm() {
        times.add(Work.READ, -5, 10);
        times.add(Work.READ, 5, -10);
        assertThat(times.shares()).isEmpty();

        times.add(Work.ANALYZE, TimeUnit.HOURS.toNanos(1), TimeUnit.SECONDS.toNanos(2));
        assertThat(times.busy()).containsEntry(Work.ANALYZE, Duration.ofHours(1));
        assertThat(seconds(Work.ANALYZE)).isCloseTo(2, within(0.01));
    }

    @Test
    void manyThreadsMayTell() {
        IntStream.range(0, 1000).parallel().forEach(i -> add(i % 2 == 0 ? Work.COPY : Work.INDEX, i, i + 1));

        assertThat(times.busy())
                .isEqualTo(Map.of(Work.COPY, Duration.ofSeconds(500), Work.INDEX, Duration.ofSeconds(500)));
        assertThat(seconds(Work.COPY) + seconds(Work.INDEX)).isCloseTo(1000, within(8.0));
    }

    private void add(Work work, double beginSeconds, double endSeconds) {
        times.add(work, (long) ((endSeconds - beginSeconds) * 1e9), (long) (endSeconds * 1e9));
    }

    private double seconds(Work work) {
        return times.shares().get(work).toNanos() / 1e9;
    }
}
