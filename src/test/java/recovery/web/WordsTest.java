package recovery.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WordsTest {
    @ParameterizedTest
    @CsvSource({
        "0, 0 bytes",
        "1, 1 byte",
        "999, 999 bytes",
        "1000, 1.0 kB",
        "9949, 9.9 kB",
        "9999, 10 kB",
        "999499, 999 kB",
        "999500, 1.0 MB",
        "14345678, 14 MB",
        "9223372036854775807, 9223 PB"
    })
    void sizes(long bytes, String words) {
        assertThat(Words.size(bytes)).isEqualTo(words);
    }

    @ParameterizedTest
    @CsvSource({
        "-1, in the future",
        "59, less than a minute old",
        "60, 1 minute old",
        "7199, 119 minutes old",
        "7200, 2 hours old",
        "172800, 2 days old",
        "86400000, '1,000 days old'"
    })
    void ages(long seconds, String words) {
        Instant then = Instant.EPOCH;
        assertThat(Words.age(then, then.plusSeconds(seconds))).isEqualTo(words);
    }

    @ParameterizedTest
    @CsvSource({"999, 999 ms", "1500, 1.5 s", "61000, 1 min 1 s", "3660000, 1 h 1 min"})
    void durations(long milliseconds, String words) {
        assertThat(Words.milliseconds(milliseconds)).isEqualTo(words);
    }
}
