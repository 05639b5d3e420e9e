package recovery.core.restore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import recovery.core.error.ErrorCode;
import recovery.core.error.RecoveryException;
import recovery.core.target.Target.TargetLock;
import recovery.core.target.postgres.PostgresSettings;
import recovery.core.target.postgres.PostgresTarget;
import recovery.harness.FaultyNetwork;
import recovery.harness.RealPostgres;
import recovery.harness.RestoreBench;

/** A process has died, and the server, which did not notice, keeps its lock. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class DeadLockTest {
    @TempDir
    private Path folder;

    @Test
    void theCleanupEndsTheSessionOfItsOwnDeadProcessAndOfNobodyElse() throws Exception {
        RealPostgres server = RealPostgres.version(RealPostgres.MIDDLE);
        String live = server.newDatabase();
        Path journals = Files.createDirectories(folder.resolve("state/restores"));
        String holder = JobHolder.describe("20260101_000000");
        try (FaultyNetwork network = new FaultyNetwork(server);
                RestoreBench bench = RestoreBench.postgres(folder, server, live)) {
            TargetLock dead = new PostgresTarget(PostgresSettings.of(
                            network.host(),
                            network.port(),
                            server.user(),
                            server.password().toCharArray(),
                            live,
                            "disable"))
                    .lock(holder);
            network.stall();
            assertThatThrownBy(bench.service()::cleanUp)
                    .as("it is not known to this folder")
                    .isInstanceOfSatisfying(
                            RecoveryException.class,
                            e -> assertThat(e.code()).isEqualTo(ErrorCode.RESTORE_ALREADY_RUNNING));

            long process = ProcessHandle.current().pid();
            writeJournal(journals, live, process + 1);
            assertThatThrownBy(bench.service()::cleanUp)
                    .as("one of another folder began in the same second")
                    .isInstanceOfSatisfying(
                            RecoveryException.class,
                            e -> assertThat(e.code()).isEqualTo(ErrorCode.RESTORE_ALREADY_RUNNING));
            writeJournal(journals, live, process);
            // the look that comes first knows that the process is dead, or the cleanup itself
            bench.service().cleanUp();
            assertThat(server.query("postgres", "SELECT pid FROM pg_locks WHERE locktype = 'advisory'"))
                    .isEmpty();
            network.heal();
            network.cut();
            dead.close();
        }
    }

    private static void writeJournal(Path journals, String live, long process) throws IOException {
        Files.writeString(
                journals.resolve("20260101_000000.journal"),
                "kind=restore\nbackup=good.sql\ntarget=%s\nstarted=2026-01-01T00:00:00Z\npid=%d\nstate=PLANNED\n"
                        .formatted(live, process));
    }

    @Test
    void theNameOfTheHostMayBeCutOff() {
        String holder = JobHolder.describe("1");
        assertThat(JobHolder.isOfThisHost(holder)).isTrue();
        assertThat(JobHolder.isOfThisHost(holder.substring(0, holder.length() - 1)))
                .isEqualTo(!holder.substring(0, holder.length() - 1).endsWith(" on "));
        assertThat(JobHolder.isOfThisHost(holder + "2")).isFalse();
        assertThat(JobHolder.isOfThisHost("1 by root")).isFalse();
    }
}
