package recovery.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import recovery.core.restore.Progress;

class ProgressLineTest {
    private static final long MILLISECOND = 1_000_000;

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    @Test
    void drawsOneLineAgainAndTakesItAway() {
        ProgressLine line = new ProgressLine(new PrintStream(bytes, true, UTF_8), true, 60);
        line.show(progress("Loading.", 0), 0);
        line.show(progress("Loading.", 100), 199 * MILLISECOND);
        line.show(progress("Loading.", 1024), 200 * MILLISECOND);
        line.show(progress("Loading.", 1025), 300 * MILLISECOND);
        line.clear();
        line.clear();

        assertThat(bytes.toString(UTF_8))
                .isEqualTo("Loading.\n\r[##########----------] 50 %%  a few seconds left to read the\r%s\r"
                        .formatted(" ".repeat(59)));
    }

    @Test
    void elsewhereItPrintsALineEveryFewSecondsAndEachPhaseAtOnce() {
        ProgressLine line = new ProgressLine(new PrintStream(bytes, true, UTF_8), false, 60);
        line.show(progress("Loading.", 0), 0);
        line.show(progress("Loading.", 250), 4_999 * MILLISECOND);
        line.show(progress("Loading.", 500), 5_000 * MILLISECOND);
        line.show(new Progress("Checking the copy.", 2048, 2048, 0, "", 0, OptionalLong.empty()), 5_100 * MILLISECOND);
        line.clear();

        assertThat(bytes.toString(UTF_8)).isEqualTo("""
                        Loading.
                          24 %  a few seconds left to read the backup  500 bytes of 2.0 KB  100 bytes/s  1,234 rows  sales.orders
                        Checking the copy.
                        """);
    }

    @Test
    void saysHowFarEachKindOfWorkIsAndAboutHowLongTheRestTakes() {
        ProgressLine line = new ProgressLine(new PrintStream(bytes, true, UTF_8), false, 60);
        Progress progress = new Progress(
                "Loading.",
                2048,
                2048,
                1234,
                "index a, index b",
                0,
                OptionalLong.of(170),
                new TreeMap<>(Map.of("copy", new Progress.Amount(3, 3), "index", new Progress.Amount(2, 5))),
                0.7,
                Optional.of("restore"));
        line.show(progress, 0);
        line.show(progress, 9_000 * MILLISECOND);

        assertThat(bytes.toString(UTF_8)).isEqualTo("""
                        Loading.
                          70 %  about 3 minutes left  rows 100 %, indexes 40 %  2.0 KB of 2.0 KB  1,234 rows  index a, index b
                        """);
    }

    @Test
    void claimsNothingWhereNothingIsKnown() {
        ProgressLine line = new ProgressLine(new PrintStream(bytes, true, UTF_8), false, 60);
        line.show(new Progress("Looking.", 0, 0, 0, "", 0, OptionalLong.empty()), 0);
        line.show(new Progress("Looking.", 0, 0, 0, "", 0, OptionalLong.empty()), 9_000 * MILLISECOND);

        assertThat(bytes.toString(UTF_8)).isEqualTo("Looking.\n");
    }

    private static Progress progress(String phase, long done) {
        return new Progress(phase, done, 2048, 1234, "sales.orders", 100, OptionalLong.of(5));
    }
}
