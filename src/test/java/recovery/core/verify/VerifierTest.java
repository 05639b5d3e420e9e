package recovery.core.verify;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import recovery.core.target.CopyFacts;
import recovery.core.target.CopyFacts.Measurement;
import recovery.core.target.LoadResult;
import recovery.core.target.LoadResult.TableRows;
import recovery.core.verify.Verification.Check;
import recovery.core.verify.Verification.Status;

class VerifierTest {
    private final Verifier verifier = new Verifier(List.of());

    @Test
    void passesWhenEveryTableHoldsWhatTheDumpHeld() {
        Verification verdict = verifier.verify(loaded(rows("a", 3), rows("b", 0)), facts(Map.of("a", 3L, "b", 0L)));

        assertThat(verdict.status()).isEqualTo(Status.PASSED);
        assertThat(verdict.checks())
                .containsExactly(new Check("rows", Status.PASSED, "3 rows in 2 tables, as many as in the backup"));
    }

    @Test
    void failsOnOneRowTooFewAndNamesTheTable() {
        Verification verdict = verifier.verify(loaded(rows("a", 3)), facts(Map.of("a", 2L)));

        assertThat(verdict.status()).isEqualTo(Status.FAILED);
        assertThat(verdict.checks().get(0).detail()).isEqualTo("'a' has 2 rows instead of 3");
    }

    @Test
    void failsOnATableThatIsNotThere() {
        Verification verdict = verifier.verify(loaded(rows("a", 3)), facts(Map.of()));

        assertThat(verdict.checks().get(0)).isEqualTo(new Check("rows", Status.FAILED, "'a' is missing"));
    }

    @Test
    void neverTakesAnUnknownNumberOfRowsForAGoodOne() {
        LoadResult loaded = loaded(rows("a", 3), new TableRows("b", OptionalLong.empty()));
        Verification verdict = verifier.verify(loaded, facts(Map.of("a", 3L, "b", 9L)));

        assertThat(verdict.status()).isEqualTo(Status.INCOMPLETE);
        assertThat(verdict.checks().get(0).detail())
                .isEqualTo("the backup does not say how many rows belong into 1 of 2 tables");
    }

    @Test
    void needsNoRowCountsOfAFileThatWasCopiedByteForByte() {
        Verification verdict = verifier.verify(
                loaded(new TableRows("a", OptionalLong.empty())),
                facts(Map.of("a", 4L), measured(CopyFacts.BYTES, List.of())));

        assertThat(verdict.status()).isEqualTo(Status.PASSED);
    }

    @Test
    void failsOnWhatAMeasurementFound() {
        List<String> wrong = List.of("1", "2", "3", "4", "5", "6", "7");
        Verification verdict = verifier.verify(loaded(), facts(Map.of(), measured("indexes", wrong)));

        assertThat(verdict.status()).isEqualTo(Status.FAILED);
        assertThat(verdict.checks()).contains(new Check("indexes", Status.FAILED, "1; 2; 3; 4; 5; and 2 more"));
    }

    @Test
    void passesWhatIsSoInTheBackupItselfAndSaysSo() {
        Verification verdict =
                verifier.verify(loaded(), facts(Map.of(), measured("orphans-in-backup", List.of("t row 7"))));

        assertThat(verdict.checks())
                .contains(new Check("orphans-in-backup", Status.PASSED, "it is so in the backup itself: t row 7"));
    }

    @Test
    void isIncompleteWhenAMeasurementWasNotPossible() {
        Measurement measurement = new Measurement("sequences", 0, List.of(), Optional.of("the server did not say"));
        Verification verdict = verifier.verify(loaded(), facts(Map.of(), measurement));

        assertThat(verdict.status()).isEqualTo(Status.INCOMPLETE);
        assertThat(verdict.checks()).contains(new Check("sequences", Status.INCOMPLETE, "the server did not say"));
    }

    @Test
    void wantsTheNeededTablesThereAndNotEmpty() {
        Verifier strict = new Verifier(List.of("users", "orders", "carts"));
        LoadResult loaded = loaded(rows("users", 1));

        assertThat(strict.tablesToCount(loaded)).containsExactly("users", "orders", "carts");
        assertThat(strict.verify(loaded, facts(Map.of("users", 1L, "orders", 0L)))
                        .checks())
                .contains(new Check("needed tables", Status.FAILED, "'orders' is empty; 'carts' is missing"));
    }

    private static TableRows rows(String table, long rows) {
        return new TableRows(table, OptionalLong.of(rows));
    }

    private static LoadResult loaded(TableRows... tables) {
        return new LoadResult(List.of(tables), List.of(), true, true);
    }

    private static Measurement measured(String name, List<String> wrong) {
        return new Measurement(name, 7, wrong, Optional.empty());
    }

    private static CopyFacts facts(Map<String, Long> rows, Measurement... measurements) {
        return new CopyFacts(rows, List.of(measurements));
    }
}
