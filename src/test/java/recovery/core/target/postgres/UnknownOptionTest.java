package recovery.core.target.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class UnknownOptionTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "ALTER TABLE t SET (a=1, odd=2, b='x, y')|ALTER TABLE t SET (a=1,  b='x, y')",
                "ALTER TABLE t SET (odd=2, b=3)|ALTER TABLE t SET ( b=3)",
                "ALTER TABLE t SET (a=1, odd)|ALTER TABLE t SET (a=1)",
                "CREATE TABLE t (odd int) WITH (toast.odd='1')|CREATE TABLE t (odd int)",
                "CREATE INDEX i ON t (odd) WITH (fillfactor='70', odd='x') WHERE odd > 1|CREATE INDEX i ON t (odd) WITH (fillfactor='70') WHERE odd > 1",
            })
    void takesTheNamedOptionOut(String sql, String without) {
        assertThat(UnknownOption.from(sql, "unbekannter Parameter »odd«")).hasValueSatisfying(removal -> {
            assertThat(removal.option()).isEqualTo("odd");
            assertThat(removal.sql().orElseThrow().strip()).isEqualTo(without);
        });
    }

    @Test
    void leavesNothingOfAStatementThatHeldOnlyTheOption() {
        assertThat(UnknownOption.from("ALTER TABLE ONLY s.t ALTER COLUMN c SET (odd=57)", "parameter \"odd\""))
                .hasValueSatisfying(removal -> assertThat(removal.sql()).isEmpty());
    }

    @Test
    void touchesNothingIfTheMessageNamesNoneOfTheOptions() {
        assertThat(UnknownOption.from("ALTER TABLE t SET (fillfactor=1)", "parameter \"fill\" or factor"))
                .isEmpty();
        assertThat(UnknownOption.from("ALTER TABLE odd ADD odd int", "parameter \"odd\""))
                .isEmpty();
    }
}
