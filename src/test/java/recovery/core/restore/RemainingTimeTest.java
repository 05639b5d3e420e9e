package recovery.core.restore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static recovery.core.restore.RestoreState.DONE;
import static recovery.core.restore.RestoreState.RESTORING;
import static recovery.core.restore.RestoreState.SWAPPING;
import static recovery.core.restore.RestoreState.VERIFYING;

import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import recovery.core.target.Work;

/** All on a clock of the test: a restore is a list of moments. */
class RemainingTimeTest {
    private static final long SIZE = 1_000_000;

    /** 100 s of loading, of which 40 read, 40 copy, 20 index; 25 s of checks. */
    private static final PastTimes LAST = past(OptionalInt.empty(), SIZE);

    private final Map<Work, Progress.Amount> told = new EnumMap<>(Work.class);

    @Test
    void withoutHistoryThereIsATimeForReadingOnly() {
        RemainingTime remaining = new RemainingTime(PhaseWeights.usual());

        assertThat(at(remaining, 1, 0.1).seconds()).isEmpty();
        RemainingTime.Estimate reading = at(remaining, 30, 0.5);
        assertThat(reading.seconds()).hasValue(30);
        assertThat(reading.ofReading()).isTrue();
        assertThat(reading.overall()).isCloseTo(0.30, within(0.001));
        RemainingTime.Estimate indexes = at(remaining, 60, 1);
        assertThat(indexes.seconds()).isEmpty();
        assertThat(indexes.overall()).isCloseTo(0.60, within(0.001));
        assertThat(verifying(remaining, 90, 5).seconds()).isEmpty();
    }

    @Test
    void withHistoryTheTimeIsThatOfTheWholeRestoreFromBeginToEnd() {
        RemainingTime remaining = new RemainingTime(PhaseWeights.of(LAST, SIZE, true));

        for (int second = 4; second <= 80; second++) {
            double share = second / 80.0;
            told(Work.COPY, share, 1000);
            told(Work.INDEX, 0, 500);
            assertLeft(at(remaining, second, share), 125 - second);
        }
        for (int second = 81; second <= 100; second++) {
            told(Work.INDEX, (second - 80) / 20.0, 500);
            assertLeft(at(remaining, second, 1), 125 - second);
        }
        for (int second = 101; second <= 125; second++) {
            told(Work.VERIFY, (second - 100) / 25.0, 70);
            assertLeft(verifying(remaining, second, second - 100), 125 - second);
        }
        RemainingTime.Estimate swap = at(remaining, SWAPPING, 125, 25, 1);
        assertThat(swap.overall()).isEqualTo(1);
        assertThat(swap.seconds()).isEmpty();
    }

    @Test
    void aTargetThatTellsNothingOfItsChecksIsJudgedByTheTimeTheyTookAndNeverBelievedDone() {
        RemainingTime remaining = new RemainingTime(PhaseWeights.of(LAST, SIZE, true));

        assertThat(verifying(remaining, 110, 10).overall()).isCloseTo(110 / 125.0, within(0.001));
        assertThat(verifying(remaining, 300, 200).overall()).isLessThan(1);
        assertThat(verifying(remaining, 300, 200).seconds().getAsLong()).isPositive();
    }

    @Test
    void aTargetThatTellsNothingOfItsIndexesIsJudgedByTheTimeSinceTheRowsWereRead() {
        RemainingTime remaining = new RemainingTime(PhaseWeights.of(LAST, SIZE, true));

        for (int second = 4; second <= 99; second++) {
            assertLeft(at(remaining, second, Math.min(1, second / 80.0)), 125 - second);
        }
        assertThat(at(remaining, 1000, 1).seconds().getAsLong())
                .as("the checks are still to come")
                .isGreaterThan(25);
    }

    @Test
    void aServerOfHalfTheSpeedIsBelievedMoreAndMore() {
        RemainingTime remaining = new RemainingTime(PhaseWeights.of(LAST, SIZE, true));

        long left = 0;
        for (int second = 4; second <= 160; second++) {
            told(Work.COPY, second / 160.0, 1000);
            told(Work.INDEX, 0, 500);
            left = at(remaining, second, second / 160.0).seconds().getAsLong();
            assertThat(left).isBetween(Math.round((250 - second) * 0.45), Math.round((250 - second) * 1.1));
        }
        assertThat(left).isCloseTo(250 - 160, within(12L));
    }

    @Test
    void anotherNumberOfConnectionsIsMeasuredFirstAndThenBelieved() {
        RemainingTime remaining = new RemainingTime(PhaseWeights.of(past(OptionalInt.of(1), SIZE), SIZE, false));

        // four times as fast as the last time
        told(Work.COPY, 0.03, 1000);
        assertThat(at(remaining, 4, 0.03).seconds()).isEmpty();
        for (double second = 4; second <= 20; second++) {
            told(Work.COPY, second / 20, 1000);
            told(Work.INDEX, 0, 500);
            OptionalLong left = at(remaining, second, second / 20).seconds();
            assertThat(left.getAsLong()).isCloseTo(Math.round(125 / 4.0 - second), within(3L));
        }
    }

    @Test
    void aLargerBackupTakesLonger() {
        RemainingTime remaining = new RemainingTime(PhaseWeights.of(LAST, 3 * SIZE, true));

        told(Work.COPY, 0.1, 3000);
        assertThat(at(remaining, 24, 0.1).seconds().getAsLong()).isCloseTo(375 - 24, within(2L));
    }

    @Test
    void whatComesToLightLaterDoesNotTurnTheBarBackNorMakeTheTimeJump() {
        RemainingTime remaining = new RemainingTime(PhaseWeights.of(LAST, SIZE, true));
        told(Work.COPY, 0.5, 1000);
        told.put(Work.INDEX, new Progress.Amount(10, 10));
        RemainingTime.Estimate before = at(remaining, 40, 0.5);

        told.put(Work.INDEX, new Progress.Amount(10, 5000));
        RemainingTime.Estimate after = at(remaining, 40.25, 0.5);

        assertThat(after.overall()).isGreaterThanOrEqualTo(before.overall());
        assertThat(after.seconds().getAsLong()).isCloseTo(before.seconds().getAsLong(), within(2L));
        // ten of five hundred, as many as there were the last time, and not ten of ten
        assertThat(before.overall()).isCloseTo((40 * 0.5 + 40 * 0.5 + 20 * 0.02) / 125, within(0.001));
    }

    @Test
    void nothingIsFurtherThanTheBackupWasRead() {
        RemainingTime remaining = new RemainingTime(PhaseWeights.usual());
        told.put(Work.COPY, new Progress.Amount(10, 10));
        told.put(Work.INDEX, new Progress.Amount(10, 10));

        assertThat(at(remaining, 40, 0.1).overall()).isCloseTo(0.1 * 0.80, within(0.001));
    }

    @Test
    void zeroBytesAndZeroTimesMakeNoNumbersOutOfNothing() {
        PastTimes nothing = new PastTimes(
                "f", "everything", 1, OptionalInt.empty(), Duration.ZERO, Duration.ZERO, Map.of(), Map.of());
        assertThat(PhaseWeights.of(nothing, SIZE, true)).isEqualTo(PhaseWeights.usual());
        assertThat(PhaseWeights.of(LAST, 0, true)).isEqualTo(PhaseWeights.usual());

        RemainingTime remaining = new RemainingTime(PhaseWeights.usual());
        told.put(Work.COPY, new Progress.Amount(0, 0));
        RemainingTime.Estimate estimate = at(remaining, 60, 0);
        assertThat(estimate.overall()).isZero();
        assertThat(estimate.seconds()).isEmpty();
    }

    @Test
    void aClockThatJumpsMakesNeitherANegativeNorAnEndlessTime() {
        RemainingTime remaining = new RemainingTime(PhaseWeights.of(LAST, SIZE, true));
        told(Work.COPY, 0.5, 1000);
        for (double second : new double[] {10, 5, 86_400, 20, 0, 30}) {
            RemainingTime.Estimate estimate = at(remaining, second, 0.5);
            assertThat(estimate.overall()).isBetween(0.0, 1.0);
            estimate.seconds().ifPresent(left -> assertThat(left).isBetween(0L, 400_000L));
        }
    }

    @Test
    void whoeverAsksOftenSeesTheSameAsWhoeverAsksSeldom() {
        RemainingTime often = new RemainingTime(PhaseWeights.of(LAST, SIZE, true));
        RemainingTime seldom = new RemainingTime(PhaseWeights.of(LAST, SIZE, true));
        at(often, 10, 0.05);
        at(seldom, 10, 0.05);
        for (double second = 10.25; second < 20; second += 0.25) {
            at(often, second, second / 80);
        }
        assertThat(at(often, 20, 0.25).seconds().getAsLong())
                .isCloseTo(at(seldom, 20, 0.25).seconds().getAsLong(), within(1L))
                .isBetween(120L, 127L);
    }

    @Test
    void theEndIsTheEndAndAFailureIsNot() {
        RemainingTime remaining = new RemainingTime(PhaseWeights.of(LAST, SIZE, true));
        told(Work.COPY, 0.5, 1000);
        double half = at(remaining, 40, 0.5).overall();

        assertThat(at(remaining, RestoreState.FAILED, 41, 0, 1).overall()).isEqualTo(half);
        assertThat(at(remaining, DONE, 41, 0, 1).overall()).isEqualTo(1);
        assertThat(at(remaining, DONE, 41, 0, 1).seconds()).isEmpty();
    }

    @Test
    void aTargetThatToldNothingTheLastTimeIsJudgedByReading() {
        PastTimes silent = new PastTimes(
                "f",
                "everything",
                SIZE,
                OptionalInt.empty(),
                Duration.ofSeconds(60),
                Duration.ofSeconds(20),
                Map.of(),
                Map.of());
        RemainingTime remaining = new RemainingTime(PhaseWeights.of(silent, SIZE, true));

        assertLeft(at(remaining, 30, 0.5), 50);
        assertLeft(verifying(remaining, 70, 10), 10);
    }

    private static PastTimes past(OptionalInt jobs, long bytes) {
        return new PastTimes(
                "f",
                "everything",
                bytes,
                jobs,
                Duration.ofSeconds(100),
                Duration.ofSeconds(25),
                // only their proportion counts: half of the connections waited now and then
                Map.of(
                        Work.READ, Duration.ofSeconds(20),
                        Work.COPY, Duration.ofSeconds(20),
                        Work.INDEX, Duration.ofSeconds(10),
                        Work.VERIFY, Duration.ofSeconds(25)),
                Map.of(Work.COPY, 1000L, Work.INDEX, 500L));
    }

    private void told(Work work, double share, long total) {
        told.put(work, new Progress.Amount(Math.round(share * total), total));
    }

    private RemainingTime.Estimate at(RemainingTime remaining, double second, double read) {
        return at(remaining, RESTORING, second, 0, read);
    }

    private RemainingTime.Estimate verifying(RemainingTime remaining, double second, double sinceVerifying) {
        return at(remaining, VERIFYING, second, sinceVerifying, 1);
    }

    private RemainingTime.Estimate at(
            RemainingTime remaining, RestoreState state, double second, double sinceVerifying, double read) {
        return remaining.at(
                new RemainingTime.Moment(state, duration(second), duration(sinceVerifying), read, Map.copyOf(told)));
    }

    private static Duration duration(double seconds) {
        return Duration.ofNanos((long) (seconds * 1e9));
    }

    private static void assertLeft(RemainingTime.Estimate estimate, long seconds) {
        assertThat(estimate.ofReading()).isFalse();
        assertThat(estimate.seconds().getAsLong()).isCloseTo(seconds, within(2L));
    }
}
