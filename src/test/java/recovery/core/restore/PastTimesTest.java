package recovery.core.restore;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import recovery.core.target.Work;

class PastTimesTest {
    private static final PastTimes TIMES = new PastTimes(
            "SQL gzip",
            "everything",
            4711,
            OptionalInt.of(4),
            Duration.ofMillis(61_234),
            Duration.ofMillis(2_000),
            Map.of(Work.COPY, Duration.ofMillis(40_000), Work.VERIFY, Duration.ofMillis(2_000)),
            Map.of(Work.COPY, 99L));

    @Test
    void comesBackFromTheJournalAsItWas() {
        assertThat(PastTimes.of(TIMES.lines())).contains(TIMES);
        assertThat(TIMES.lines())
                .isEqualTo(Map.ofEntries(
                        Map.entry("backupFamily", "SQL gzip"),
                        Map.entry("backupPart", "everything"),
                        Map.entry("backupBytes", "4711"),
                        Map.entry("jobs", "4"),
                        Map.entry("loadingMs", "61234"),
                        Map.entry("verifyingMs", "2000"),
                        Map.entry("copyMs", "40000"),
                        Map.entry("verifyMs", "2000"),
                        Map.entry("copyTotal", "99")));
    }

    @Test
    void aJournalFromBeforeTimesWereKeptTellsNone() {
        assertThat(PastTimes.of(Map.of("state", "DONE", "target", "shop", "durationMs", "7")))
                .isEmpty();
    }

    @Test
    void whatIsNoNumberIsNotUsed() {
        for (String wrong : new String[] {"", "-1", "x", "99999999999999999999"}) {
            Map<String, String> lines = new HashMap<>(TIMES.lines());
            lines.put("copyMs", wrong);
            lines.put("jobs", wrong);
            assertThat(PastTimes.of(lines)).hasValueSatisfying(times -> {
                assertThat(times.shares()).containsOnlyKeys(Work.VERIFY);
                assertThat(times.jobs()).isEmpty();
            });
            lines.put("backupBytes", wrong);
            assertThat(PastTimes.of(lines)).isEmpty();
        }
        Map<String, String> empty = new HashMap<>(TIMES.lines());
        empty.put("backupBytes", "0");
        assertThat(PastTimes.of(empty)).isEmpty();
    }
}
