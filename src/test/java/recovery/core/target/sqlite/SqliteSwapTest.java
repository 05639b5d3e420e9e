package recovery.core.target.sqlite;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import recovery.core.backup.BackupFormat;
import recovery.core.backup.Engine;
import recovery.core.error.RecoveryException;
import recovery.core.target.LoadOptions;
import recovery.core.target.Survey;

@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class SqliteSwapTest {
    private static final String COPY = "shop.db_restoring_1";
    private static final String KEEP = "shop.db_before_1";

    @TempDir
    Path home;

    private Path folder;
    private Path live;
    private SqliteTarget target;

    @BeforeEach
    void copyBesideTheLiveFile() throws Exception {
        folder = home.toRealPath();
        live = folder.resolve("shop.db");
        target = new SqliteTarget(live);
        Shop.database(folder.resolve(COPY), "CREATE TABLE t (x)", "INSERT INTO t VALUES ('new')");
    }

    @Test
    void writesTheLogBackBeforeTheOldFileGoesAside() throws Exception {
        liveWithUnwrittenLog();
        assertThat(Files.size(folder.resolve("shop.db-wal"))).isPositive();

        target.swap(COPY, KEEP);

        assertThat(Shop.names(folder)).containsExactly("shop.db", KEEP);
        assertThat(Shop.query(live, "SELECT x FROM t")).containsExactly("new");
        assertThat(Shop.query(folder.resolve(KEEP), "SELECT x FROM t")).containsExactly("old", "only in the log");
    }

    @Test
    void keepsAStaleLogAwayFromTheNewFile() throws Exception {
        liveWithUnwrittenLog();
        byte[] log = Files.readAllBytes(folder.resolve("shop.db-wal"));
        Files.delete(live);

        assertThat(target.swap(COPY, KEEP).previous()).isEmpty();

        assertThat(Shop.names(folder)).containsExactly("shop.db", KEEP + "-shm", KEEP + "-wal");
        assertThat(folder.resolve(KEEP + "-wal")).hasBinaryContent(log);
        assertThat(Shop.query(live, "SELECT x FROM t")).containsExactly("new");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "not a database, and long enough for a header: .......................................1234567890"
            })
    void movesACorruptFileAsideTogetherWithItsLog(String content) throws Exception {
        liveWithUnwrittenLog();
        byte[] log = Files.readAllBytes(folder.resolve("shop.db-wal"));
        Files.writeString(live, content);

        assertThat(target.swap(COPY, KEEP).previous()).contains(KEEP);

        assertThat(Shop.names(folder)).containsExactly("shop.db", KEEP, KEEP + "-shm", KEEP + "-wal");
        assertThat(folder.resolve(KEEP)).hasContent(content);
        assertThat(folder.resolve(KEEP + "-wal")).hasBinaryContent(log);
        assertThat(Shop.query(live, "SELECT x FROM t")).containsExactly("new");

        target.swap(KEEP, "shop.db_before_2");
        assertThat(Shop.names(folder)).containsExactly("shop.db", "shop.db-shm", "shop.db-wal", "shop.db_before_2");
        assertThat(folder.resolve("shop.db-wal")).hasBinaryContent(log);
        assertThat(live).hasContent(content);
    }

    @ParameterizedTest
    @ValueSource(strings = {"delete", "wal"})
    void refusesWhileAnotherProcessHasTheFileOpenAndNamesIt(String journalMode) throws Exception {
        Shop.database(live, "PRAGMA journal_mode = " + journalMode, "CREATE TABLE t (x)");
        Process shell = new ProcessBuilder("sqlite3", live.toString())
                .redirectErrorStream(true)
                .start();
        try {
            var input = shell.outputWriter(UTF_8);
            input.write("SELECT 'open', count(*) FROM t;\n");
            input.flush();
            assertThat(new BufferedReader(new InputStreamReader(shell.getInputStream(), UTF_8)).readLine())
                    .isEqualTo("open|0");
            List<String> before = Shop.names(folder);
            String expected = "'shop.db' is open in sqlite3 (pid %d)".formatted(shell.pid());

            Survey survey =
                    target.survey(Shop.inspection(Engine.SQLITE, BackupFormat.SQLITE_DATABASE, 1), LoadOptions.USUAL);
            assertThat(survey.sessions()).containsExactly("sqlite3 (pid %d)".formatted(shell.pid()));
            assertThat(survey.refusals()).extracting(Throwable::getMessage).containsExactly(expected);
            assertThat(OpenFiles.isLocked(live)).isEqualTo(journalMode.equals("wal"));

            assertThatThrownBy(() -> target.swap(COPY, KEEP))
                    .isInstanceOf(RecoveryException.class)
                    .hasMessage(expected);
            assertThat(Shop.names(folder)).isEqualTo(before);
        } finally {
            shell.destroy();
            shell.waitFor();
        }
        target.swap(COPY, KEEP);
        assertThat(Shop.query(live, "SELECT x FROM t")).containsExactly("new");
    }

    @Test
    void waitsForAConnectionOfItsOwnThatIsAboutToEnd() throws Exception {
        Shop.database(live, "CREATE TABLE t (x)");
        Thread reader = new Thread(() -> {
            try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + live)) {
                SqliteConnections.run(connection, "BEGIN", "SELECT * FROM t");
                Thread.sleep(300);
            } catch (Exception failed) {
                throw new IllegalStateException(failed);
            }
        });
        reader.start();
        Thread.sleep(100);

        target.swap(COPY, KEEP);

        reader.join();
        assertThat(Shop.query(live, "SELECT x FROM t")).containsExactly("new");
        assertThat(Shop.names(folder)).containsExactly("shop.db", KEEP);
    }

    @Test
    void renamesBackWhenTheNewFileCannotTakeThePlace() throws Exception {
        liveWithUnwrittenLog();
        SqliteTarget stuck = new SqliteTarget(live, new BrokenDisk(true, 1));

        assertThatThrownBy(() -> stuck.swap(COPY, KEEP))
                .isInstanceOf(RecoveryException.class)
                .hasMessage("cannot put '%s' in the place of '%s': disk trouble", folder.resolve(COPY), live);

        assertThat(Shop.names(folder)).containsExactly("shop.db", COPY);
        assertThat(Shop.query(live, "SELECT x FROM t")).containsExactly("old", "only in the log");
        assertThat(Shop.shell(live, "PRAGMA journal_mode")).containsExactly("wal");
    }

    @Test
    void renamesBackOnADiskWithoutHardLinks() throws Exception {
        Shop.database(live, "CREATE TABLE old (x)");

        assertThatThrownBy(() -> new SqliteTarget(live, new BrokenDisk(false, 2)).swap(COPY, KEEP))
                .hasMessage("cannot put '%s' in the place of '%s': disk trouble", folder.resolve(COPY), live);
        assertThat(Shop.names(folder)).containsExactly("shop.db", COPY);
        assertThat(Shop.query(live, "SELECT name FROM sqlite_schema")).containsExactly("old");

        new SqliteTarget(live, new BrokenDisk(false, 99)).swap(COPY, KEEP);
        assertThat(Shop.names(folder)).containsExactly("shop.db", KEEP);
        assertThat(Shop.query(live, "SELECT x FROM t")).containsExactly("new");
    }

    @Test
    void renamesBackWhenItRunsOutOfMemoryInTheMiddle() throws Exception {
        liveWithUnwrittenLog();
        FileSteps.Renamer hungry = new FileSteps.Renamer() {
            @Override
            public void rename(Path from, Path to) throws IOException {
                if (to.equals(live)) {
                    throw new OutOfMemoryError("no memory for the last step");
                }
                FileSteps.Renamer.REAL.rename(from, to);
            }
        };
        assertThatThrownBy(() -> new SqliteTarget(live, hungry).swap(COPY, KEEP))
                .isInstanceOf(OutOfMemoryError.class);
        assertThat(Shop.names(folder)).contains("shop.db", COPY).doesNotContain(KEEP);
        assertThat(Shop.query(live, "SELECT x FROM t")).containsExactly("old", "only in the log");
    }

    @Test
    void saysExactlyWhichFileIsWhereWhenItCannotGoBack() throws Exception {
        Shop.database(live, "CREATE TABLE old (x)");
        BrokenDisk dying = new BrokenDisk(false, 2);
        dying.staysBroken = true;

        assertThatThrownBy(() -> new SqliteTarget(live, dying).swap(COPY, KEEP))
                .isInstanceOfSatisfying(
                        RecoveryException.class,
                        stuck -> assertThat(stuck.report())
                                .isEqualTo("""
                                SWAP_HALF_DONE: '%1$s' was moved aside to '%2$s' and '%3$s' did not take its place: disk trouble
                                  remedy: To go back, rename '%2$s' to '%1$s', and the files beside it in the same way.
                                  remedy: To go on, rename '%3$s' to '%1$s'.""", live, folder.resolve(KEEP), folder.resolve(COPY)));
        assertThat(Shop.names(folder)).containsExactly(KEEP, COPY);
    }

    @Test
    void refusesToReplaceAnEarlierPreviousFileOrToSwapWithNothing() throws Exception {
        Shop.database(live, "CREATE TABLE old (x)");
        Files.createFile(folder.resolve(KEEP + "-wal"));

        assertThatThrownBy(() -> target.swap(COPY, KEEP)).hasMessage("'%s' exists already", folder.resolve(KEEP));
        assertThatThrownBy(() -> target.swap("shop.db_restoring_9", "shop.db_before_9"))
                .hasMessage("'%s' is not there", folder.resolve("shop.db_restoring_9"));
        assertThat(Shop.names(folder)).containsExactly("shop.db", KEEP + "-wal", COPY);
    }

    /** As after a crash: the latest row is in the write-ahead log and nowhere else. */
    private void liveWithUnwrittenLog() throws Exception {
        Path origin = Files.createDirectory(home.resolve("origin"));
        Path database = origin.resolve("shop.db");
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + database)) {
            SqliteConnections.run(
                    connection,
                    "PRAGMA journal_mode = WAL",
                    "CREATE TABLE t (x)",
                    "INSERT INTO t VALUES ('old')",
                    "PRAGMA wal_checkpoint(TRUNCATE)",
                    "INSERT INTO t VALUES ('only in the log')");
            for (String name : List.of("shop.db", "shop.db-wal", "shop.db-shm")) {
                Files.copy(origin.resolve(name), folder.resolve(name));
            }
        }
        try (var files = Files.list(origin)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
        Files.delete(origin);
    }

    /** Renames as the real one until it breaks. */
    private static final class BrokenDisk implements FileSteps.Renamer {
        private final boolean hardLinks;
        private final int breaksAt;
        private int renames;
        private boolean staysBroken;

        BrokenDisk(boolean hardLinks, int breaksAt) {
            this.hardLinks = hardLinks;
            this.breaksAt = breaksAt;
        }

        @Override
        public void rename(Path from, Path to) throws IOException {
            renames++;
            if (renames == breaksAt || (staysBroken && renames > breaksAt)) {
                throw new IOException("disk trouble");
            }
            FileSteps.Renamer.REAL.rename(from, to);
        }

        @Override
        public void link(Path file, Path secondName) throws IOException {
            if (!hardLinks) {
                throw new UnsupportedOperationException("no hard links here");
            }
            FileSteps.Renamer.REAL.link(file, secondName);
        }
    }
}
