package recovery.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.util.OptionalLong;
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
                .isEqualTo("Loading.\n\r[##########----------] 50 %%  1.0 KB of 2.0 KB  100 bytes/s \r%s\r"
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
                          24 %  500 bytes of 2.0 KB  100 bytes/s  1,234 rows  0:05 left  sales.orders
                        Checking the copy.
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
