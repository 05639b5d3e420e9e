package recovery.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WordsTest {
    private static final Instant NOW = Instant.parse("2026-11-20T08:00:00Z");

    @ParameterizedTest
    @CsvSource({
        "0, 0 bytes",
        "999, 999 bytes",
        "1000, 1.0 KB",
        "1536, 1.5 KB",
        "104857600, 100 MB",
        "1047000000, 998 MB",
        "1503238553, 1.4 GB",
        "9223372036854775807, 8.0 EB",
    })
    void sizesHaveOneUnitThatFits(long bytes, String text) {
        assertThat(Words.size(bytes)).isEqualTo(text);
    }

    @ParameterizedTest
    @CsvSource({
        "2026-11-20T07:59:01Z, 59 seconds",
        "2026-11-20T07:01:00Z, 59 minutes",
        "2026-11-20T06:30:00Z, 90 minutes",
        "2026-11-19T02:00:00Z, 30 hours",
        "2026-11-13T02:00:00Z, 7 days",
        "2026-11-20T08:00:01Z, in the future",
    })
    void agesSaySomething(Instant time, String text) {
        assertThat(Words.age(time, NOW)).isEqualTo(text);
    }

    @ParameterizedTest
    @CsvSource({"0, 0 ms", "999, 999 ms", "4200, 4.2 s", "200000, 3 min 20 s", "7500000, 2 h 5 min"})
    void durations(long millis, String text) {
        assertThat(Words.duration(millis)).isEqualTo(text);
    }
}
