package recovery.core.target.sqlite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import recovery.core.backup.BackupFormat;
import recovery.core.error.RecoveryException;
import recovery.core.layer.BackupStream;
import recovery.core.layer.Cancellation;
import recovery.core.target.CopyFacts;
import recovery.core.target.CopyFacts.Measurement;
import recovery.core.target.LoadOptions;
import recovery.core.target.LoadResult;
import recovery.core.target.LoadResult.TableRows;

@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class DemoDatabaseTest {
    @TempDir
    Path home;

    @Test
    void makesADamagedDatabaseAndTwoBackupsThatHealIt() throws Exception {
        DemoDatabase.create(home.resolve("data"), home.resolve("backups"));

        assertThat(Shop.names(home.resolve("data"))).containsExactly("demo.db");
        List<String> backups = Shop.names(home.resolve("backups"));
        assertThat(backups).hasSize(2);
        assertThat(backups.get(0)).matches("demo-\\d{8}-020000\\.sql");
        assertThat(backups.get(1)).matches("demo-\\d{8}-020000\\.db\\.gz");
        assertThat(Shop.query(home.resolve("data/demo.db"), "SELECT count(*) FROM tickets"))
                .containsExactly("90");

        CopyFacts newest = restored(backups.get(1), BackupFormat.SQLITE_DATABASE);
        assertThat(newest.rows())
                .containsEntry("clients", 60L)
                .containsEntry("tickets", 1200L)
                .containsEntry("agents", 5L);
        CopyFacts weekOld = restored(backups.get(0), BackupFormat.SQL);
        assertThat(weekOld.rows().get("tickets")).isBetween(900L, 1150L);
        assertThat(weekOld.rows().get("messages")).isBetween(1800L, 2300L);
    }

    @Test
    void leavesAloneWhatIsThere() throws Exception {
        DemoDatabase.create(home, home);
        List<String> before = Shop.names(home);
        byte[] live = Files.readAllBytes(home.resolve("demo.db"));
        Files.delete(home.resolve(before.get(1)));

        DemoDatabase.create(home, home);

        assertThat(Shop.names(home)).isEqualTo(before);
        assertThat(home.resolve("demo.db")).hasBinaryContent(live);
    }

    @Test
    void survivesSeveralStartsAtOnce() throws Exception {
        ExecutorService starts = Executors.newFixedThreadPool(4);
        try {
            Callable<Boolean> start = () -> {
                DemoDatabase.create(home.resolve("data"), home.resolve("backups"));
                return true;
            };
            for (Future<Boolean> done :
                    starts.invokeAll(IntStream.range(0, 4).mapToObj(i -> start).toList())) {
                assertThat(done.get()).isTrue();
            }
        } finally {
            starts.shutdown();
        }
        assertThat(Shop.names(home.resolve("data"))).containsExactly("demo.db");
        assertThat(Shop.names(home.resolve("backups"))).hasSize(2);
    }

    @Test
    void saysWhatToDoWhenTheFolderCannotBeWritten() throws Exception {
        Files.createFile(home.resolve("data"));

        assertThatThrownBy(() -> DemoDatabase.create(home.resolve("data"), home))
                .isInstanceOf(RecoveryException.class)
                .hasMessageStartingWith("cannot make the demonstration in '%s'", home.resolve("data"));
    }

    private CopyFacts restored(String name, BackupFormat format) throws IOException {
        SqliteTarget target = new SqliteTarget(home.resolve("data/demo.db"));
        Path file = home.resolve("backups").resolve(name);
        try (SqliteCopy copy = (SqliteCopy) target.createCopy(target.copyName("1"));
                BackupStream stream = BackupStream.open(file, new Cancellation())) {
            LoadResult loaded = copy.load(Shop.backup(file, format), stream, LoadOptions.USUAL, Shop.quiet());
            List<String> tables = loaded.tables().stream().map(TableRows::table).toList();
            CopyFacts facts = copy.measure(tables, loaded, Shop.quiet());
            assertThat(facts.measurements()).flatExtracting(Measurement::wrong).isEmpty();
            loaded.tables()
                    .forEach(table -> table.expected()
                            .ifPresent(rows -> assertThat(facts.rows()).containsEntry(table.table(), rows)));
            return facts;
        } finally {
            target.drop(target.copyName("1"));
        }
    }
}
