package recovery.core.restore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static recovery.core.error.RecoveryException.problem;

import org.junit.jupiter.api.Test;
import recovery.core.error.ErrorCode;
import recovery.core.error.RecoveryException;
import recovery.core.target.Strategy;

class RestoreOutcomeTest {
    private static RestoreOutcome failed(ErrorCode code) {
        RecoveryException reason = problem(code, "x").remedy("Y.");
        return RestoreOutcome.failed(Strategy.DATABASE, "shop", "shop_restoring_1", "shop_before_1", reason);
    }

    @Test
    void everyEndingSaysWhatBecameOfTheLiveDatabase() {
        assertThat(new RestoreOutcome.Swapped("shop", "shop_before_1").liveDatabase())
                .isEqualTo("'shop' holds the restored data; what it held before is kept as 'shop_before_1'.");
        assertThat(new RestoreOutcome.Created("shop").liveDatabase())
                .isEqualTo("'shop' holds the restored data; there was no database of that name before.");
        assertThat(new RestoreOutcome.RolledBack("shop", "shop_before_2").liveDatabase())
                .isEqualTo("'shop' holds again what it held before; the restored data is kept as 'shop_before_2'.");
        assertThat(new RestoreOutcome.Looked("shop").liveDatabase())
                .isEqualTo("'shop' is unchanged; this was a dry run.");
        assertThat(failed(ErrorCode.LOAD_FAILED).liveDatabase()).isEqualTo("'shop' is unchanged; nothing was renamed.");
        assertThat(failed(ErrorCode.SWAP_FAILED).liveDatabase()).isEqualTo("'shop' is unchanged; nothing was renamed.");
        assertThat(failed(ErrorCode.SWAP_UNCONFIRMED).liveDatabase())
                .isEqualTo("'shop' is whole but may be the old or the restored data;"
                        + " it is the restored data if 'shop_before_1' exists.");
        assertThat(failed(ErrorCode.SWAP_HALF_DONE).liveDatabase())
                .isEqualTo("'shop' is missing: rename 'shop_before_1' to it to go back,"
                        + " or 'shop_restoring_1' to go on.");
    }

    @Test
    void everyEndingOfAReplacementSaysWhetherThereIsADatabase() {
        assertThat(new RestoreOutcome.Replaced("shop", "safety.dump").liveDatabase())
                .isEqualTo("'shop' holds the restored data; what it held when the safety copy was made is saved in"
                        + " 'safety.dump'.");
        assertThat(new RestoreOutcome.PutBack("shop", "safety.dump").liveDatabase())
                .isEqualTo("'shop' holds again what it held when the safety copy was made; it was dropped, and"
                        + " 'safety.dump' was loaded.");
        assertThat(new RestoreOutcome.NotDropped("shop").liveDatabase())
                .isEqualTo("'shop' is unchanged; it was not dropped.");
        assertThat(new RestoreOutcome.Missing("shop", "safety.dump", "x rollback 1").liveDatabase())
                .isEqualTo(
                        "'shop' is missing: it was dropped, what it held is saved in 'safety.dump', and 'x rollback 1'"
                                + " brings it back.");
        assertThat(new RestoreOutcome.MaybeMissing("shop", "safety.dump", "x rollback 1").liveDatabase())
                .isEqualTo("'shop' may be missing, the server does not answer: if it is, what it held is saved in"
                        + " 'safety.dump', and 'x rollback 1' brings it back.");
        assertThat(new RestoreOutcome.StillMissing("shop").liveDatabase())
                .isEqualTo("'shop' is still missing; nothing has taken its place.");
        assertThat(new RestoreOutcome.MadeByOthers("shop", "safety.dump").liveDatabase())
                .isEqualTo("'shop' was dropped, and somebody else has made it again; what it held is saved in"
                        + " 'safety.dump'.");
    }

    @Test
    void aSafetyCopyOnlyReads() {
        assertThat(new RestoreOutcome.Saved("shop", "safety.dump").liveDatabase())
                .isEqualTo("'shop' is unchanged; it was only read, and what it held is saved in 'safety.dump'.");
        assertThat(new RestoreOutcome.OnlyRead("shop").liveDatabase())
                .isEqualTo("'shop' is unchanged; it was only read.");
    }

    @Test
    void thePreviousDataIsNeverKeptUnderTheLiveName() {
        assertThatThrownBy(() -> new RestoreOutcome.Swapped("shop", "shop"))
                .hasMessage("the previous data cannot be kept under the live name 'shop'");
    }
}
