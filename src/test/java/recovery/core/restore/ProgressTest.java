package recovery.core.restore;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProgressTest {
    @Test
    void tellsHowFarEachKindOfWorkIs() {
        Map<String, Progress.Amount> work = new LinkedHashMap<>();
        work.put("index", new Progress.Amount(40, 100));
        work.put("verify", new Progress.Amount(0, 0));
        work.put("define", new Progress.Amount(1, 2));
        work.put("copy", new Progress.Amount(999, 1000));
        work.put("read", new Progress.Amount(7, 7));

        assertThat(progress(OptionalLong.empty(), Optional.empty(), work).stages())
                .isEqualTo("read 100 %, rows 99 %, indexes 40 %");
        assertThat(progress(OptionalLong.empty(), Optional.empty(), Map.of()).stages())
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "0, a few seconds left",
        "9, a few seconds left",
        "10, about 10 seconds left",
        "34, about 30 seconds left",
        "54, about 50 seconds left",
        "55, about 1 minute left",
        "89, about 1 minute left",
        "90, about 2 minutes left",
        "170, about 3 minutes left",
        "3569, about 59 minutes left",
        "3570, about 1 h 0 min left",
        "8100, about 2 h 20 min left",
    })
    void isAsExactAsAnEstimateCanBe(long seconds, String words) {
        assertThat(progress(OptionalLong.of(seconds), Optional.of("restore"), Map.of())
                        .remaining())
                .isEqualTo(words);
    }

    private static Progress progress(OptionalLong seconds, Optional<String> etaOf, Map<String, Progress.Amount> work) {
        return new Progress("Loading.", 1, 2, 3, "", 4, seconds, work, 0.5, etaOf);
    }
}
