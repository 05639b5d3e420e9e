package recovery.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 20, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class TableTest {
    @Test
    void alignsRowsOfDifferentLengths() {
        assertThat(new Table().row("a", "bb", "c").row("dddd").row("e", "", "f").lines())
                .containsExactly("a     bb  c", "dddd", "e         f");
        assertThat(new Table().lines()).isEmpty();
    }

    @Test
    void ofAHundredThousandRowsTakesNoLongerThanTheyAreLong() {
        Table table = new Table();
        for (int i = 0; i < 100_000; i++) {
            table.row("backup-" + i, "1 day", "3 MB", "SQL script", "yes");
        }
        assertThat(table.lines()).hasSize(100_000).last().isEqualTo("backup-99999  1 day  3 MB  SQL script  yes");
    }
}
