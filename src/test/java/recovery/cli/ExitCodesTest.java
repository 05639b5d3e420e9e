package recovery.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import recovery.core.error.ErrorCode;

class ExitCodesTest {
    @ParameterizedTest
    @CsvSource({
        "REQUEST_UNUSABLE, 2",
        "CONFIRMATION_MISSING, 2",
        "SETTINGS_INVALID, 2",
        "BACKUP_NOT_FOUND, 1",
        "DUMP_TRUNCATED, 1",
        "DATABASE_UNREACHABLE, 1",
        "DISK_FULL, 1",
        "RESTORE_ALREADY_RUNNING, 1",
        "SWAP_FAILED, 1",
        "SWAP_UNCONFIRMED, 3",
        "SWAP_HALF_DONE, 3",
        "CANCELLED, 130",
        "BUG, 1",
    })
    void followFromTheKindOfTheError(ErrorCode code, int exitCode) {
        assertThat(ExitCodes.of(code)).isEqualTo(exitCode);
    }
}
