package recovery.core.target.sqlite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static recovery.core.error.ErrorCode.SWAP_FAILED;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.sql.Connection;
import java.sql.DriverManager;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import recovery.core.error.RecoveryException;
import recovery.core.target.CutSwap;
import recovery.core.target.LoadOptions;
import recovery.core.target.Strategy;
import recovery.core.target.Target;
import recovery.core.target.Target.SwapResult;

/** A file beside is written into the live one. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class OnlineSwapTest {
    private static final String COPY = "shop.db_restoring_1";
    private static final String KEEP = "shop.db_before_1";
    private static final String MANY =
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 3000) INSERT INTO t SELECT hex(randomblob(50)) FROM n";

    @TempDir
    Path home;

    private Path folder;
    private Path live;
    private Target target;

    @BeforeEach
    void nameTheFiles() throws Exception {
        folder = home.toRealPath();
        live = folder.resolve("shop.db");
        target = new SqliteTarget(live).by(Strategy.ONLINE);
    }

    @ParameterizedTest
    @CsvSource({
        "delete,4096,delete,4096", "delete,4096,wal,1024", "delete,512,delete,65536", "truncate,65536,wal,512",
        "wal,4096,delete,4096", "wal,1024,wal,4096", "wal,65536,delete,512", "wal,4096,wal,4096"
    })
    void readersThatHaveTheLiveFileOpenSeeTheNewContentAtTheirNextStatement(
            String liveMode, int livePage, String mode, int page) throws Exception {
        Shop.database(
                live,
                "PRAGMA page_size = " + livePage,
                "PRAGMA journal_mode = " + liveMode,
                "CREATE TABLE t (x)",
                "INSERT INTO t VALUES ('old')",
                MANY);
        Shop.database(
                folder.resolve(COPY),
                "PRAGMA page_size = " + page,
                "PRAGMA journal_mode = " + mode,
                "CREATE TABLE t (x)",
                "INSERT INTO t VALUES ('new')",
                MANY,
                MANY);
        var before = Shop.dump(live);
        var restored = Shop.dump(folder.resolve(COPY));
        try (Connection reader = DriverManager.getConnection("jdbc:sqlite:" + live)) {
            assertThat(SqliteConnections.column(reader, "SELECT x FROM t LIMIT 1"))
                    .containsExactly("old");

            SwapResult swap = target.swap(COPY, KEEP, LoadOptions.USUAL);

            assertThat(swap.previous()).contains(KEEP);
            assertThat(SqliteConnections.column(reader, "SELECT x FROM t LIMIT 1"))
                    .containsExactly("new");
            assertThat(SqliteConnections.number(reader, "SELECT count(*) FROM t"))
                    .isEqualTo(6001);
            SqliteConnections.run(reader, "INSERT INTO t VALUES ('later')", "DELETE FROM t WHERE x = 'later'");
        }
        assertThat(Shop.names(folder)).containsExactly("shop.db", KEEP);
        assertThat(Shop.dump(live)).isEqualTo(restored);
        assertThat(Shop.dump(folder.resolve(KEEP))).isEqualTo(before);
        assertThat(Shop.shell(live, "PRAGMA integrity_check; PRAGMA journal_mode;"))
                .containsExactly("ok", liveMode.equals("wal") ? "wal" : "delete");
        assertThat(Shop.shell(folder.resolve(KEEP), "PRAGMA integrity_check")).containsExactly("ok");
    }

    @ParameterizedTest
    @CsvSource({"delete,0,1", "delete,1,0", "wal,0,2", "wal,2,0"})
    void theFormOfTheLiveFileMayBeAnother(String mode, int liveVacuum, int vacuum) throws Exception {
        Shop.database(
                live,
                "PRAGMA auto_vacuum = " + liveVacuum,
                "PRAGMA journal_mode = " + mode,
                "CREATE TABLE t (x)",
                MANY,
                MANY);
        Shop.database(
                folder.resolve(COPY),
                "PRAGMA auto_vacuum = " + vacuum,
                "CREATE TABLE t (x)",
                MANY,
                "CREATE TABLE u(y)");
        var restored = Shop.dump(folder.resolve(COPY));
        try (Connection writer = DriverManager.getConnection("jdbc:sqlite:" + live)) {
            SqliteConnections.run(writer, "INSERT INTO t VALUES (1)");

            target.swap(COPY, KEEP, LoadOptions.USUAL);

            SqliteConnections.run(
                    writer, "CREATE TABLE v (x)", MANY, "DELETE FROM t WHERE rowid > 3000", "DROP TABLE v");
        }
        assertThat(Shop.dump(live)).isEqualTo(restored);
        assertThat(Shop.shell(live, "PRAGMA integrity_check; PRAGMA auto_vacuum"))
                .containsExactly("ok", Integer.toString(vacuum));
    }

    @ParameterizedTest
    @CsvSource({"delete", "wal"})
    void anEmptyDatabaseIsWrittenToo(String mode) throws Exception {
        Shop.database(live, "PRAGMA journal_mode = " + mode, "CREATE TABLE t (x)", MANY);
        Shop.database(folder.resolve(COPY), "PRAGMA user_version = 7");

        target.swap(COPY, KEEP, LoadOptions.USUAL);

        assertThat(Shop.shell(live, "PRAGMA integrity_check; PRAGMA user_version; SELECT count(*) FROM sqlite_master"))
                .containsExactly("ok", "7", "0");
        assertThat(Shop.query(folder.resolve(KEEP), "SELECT count(*) FROM t")).containsExactly("3000");
    }

    @Test
    void aReaderThatDoesNotEndKeepsTheLiveFileAsItIs() throws Exception {
        Shop.database(live, "CREATE TABLE t (x)", "INSERT INTO t VALUES ('old')");
        Shop.database(folder.resolve(COPY), "CREATE TABLE t (x)", "INSERT INTO t VALUES ('new')");
        Process shell = new ProcessBuilder("sqlite3", live.toString())
                .redirectErrorStream(true)
                .start();
        try {
            var input = shell.outputWriter();
            input.write("BEGIN; SELECT x FROM t;\n");
            input.flush();
            assertThat(shell.inputReader().readLine()).isEqualTo("old");
            Target hasty = new SqliteOnline(new SqliteTarget(live), Duration.ofMillis(200));

            assertThatThrownBy(() -> hasty.swap(COPY, KEEP, LoadOptions.USUAL))
                    .hasMessage(
                            "sqlite3 (pid %d) did not leave 'shop.db' alone for 0 seconds, so that nothing was written into it"
                                    .formatted(shell.pid()));
            assertThat(Shop.names(folder)).containsExactly("shop.db", COPY);
        } finally {
            shell.destroy();
            shell.waitFor();
        }
        assertThat(Shop.query(live, "SELECT x FROM t")).containsExactly("old");
        target.swap(COPY, KEEP, LoadOptions.USUAL);
        assertThat(Shop.query(live, "SELECT x FROM t")).containsExactly("new");
    }

    @ParameterizedTest
    @ValueSource(strings = {"delete", "wal"})
    void nothingIsCommittedIfWhatIsLiveCannotBeKept(String mode) throws Exception {
        Shop.database(
                live, "PRAGMA journal_mode = " + mode, "CREATE TABLE t (x)", "INSERT INTO t VALUES ('old')", MANY);
        Shop.database(folder.resolve(COPY), "CREATE TABLE t (x)", "INSERT INTO t VALUES ('new')", MANY, MANY);
        Path inTheWay = Files.createFile(folder.resolve("shop.db_restoring_previous_1"));
        List<String> before = Shop.dump(live);

        assertThatThrownBy(() -> target.swap(COPY, KEEP, LoadOptions.USUAL))
                .isInstanceOfSatisfying(
                        RecoveryException.class,
                        failed -> assertThat(failed.code()).isEqualTo(SWAP_FAILED))
                .hasMessage("nothing was written into '%s': a file of that name is there already", live);

        assertThat(inTheWay).doesNotExist();
        assertThat(Shop.names(folder)).containsExactly("shop.db", COPY);
        assertThat(Shop.dump(live)).isEqualTo(before);
        target.swap(COPY, KEEP, LoadOptions.USUAL);
        assertThat(Shop.query(live, "SELECT x FROM t LIMIT 1")).containsExactly("new");
    }

    @Test
    void textOfAnotherEncodingIsRefused() throws Exception {
        Shop.database(live, "CREATE TABLE t (x)");
        Shop.database(folder.resolve(COPY), "PRAGMA encoding = 'UTF-16le'", "CREATE TABLE t (x)");

        assertThatThrownBy(() -> target.swap(COPY, KEEP, LoadOptions.USUAL))
                .hasMessage("the backup keeps its text in UTF-16le and 'shop.db' in UTF-8, which programs that have it"
                        + " open do not notice");
        assertThat(Shop.names(folder)).containsExactly("shop.db", COPY);
    }

    /** What people do by hand: the new file is copied over the live one, and the log of the old one stays. */
    @ParameterizedTest
    @EnumSource(
            value = Strategy.class,
            names = {"FILE", "ONLINE"})
    void aStaleLogThatSpoilsANaiveCopyDoesNotSpoilOurs(Strategy strategy) throws Exception {
        Path origin = Shop.database(
                Files.createDirectory(home.resolve("origin")).resolve("shop.db"),
                "PRAGMA journal_mode = WAL",
                "CREATE TABLE t (x)",
                MANY);
        Path naive = Files.createDirectory(home.resolve("naive")).resolve("shop.db");
        Path ours = Files.createDirectory(home.resolve("ours")).resolve("shop.db");
        try (Connection open = DriverManager.getConnection("jdbc:sqlite:" + origin)) {
            SqliteConnections.run(open, "UPDATE t SET x = 'from the log' WHERE rowid % 7 = 0");
            for (String suffix : List.of("", "-wal")) {
                Files.copy(DatabaseFolder.sidecar(origin, suffix), DatabaseFolder.sidecar(naive, suffix));
                Files.copy(DatabaseFolder.sidecar(origin, suffix), DatabaseFolder.sidecar(ours, suffix));
            }
        }
        Path restored =
                Shop.database(ours.resolveSibling(COPY), "PRAGMA journal_mode = WAL", "CREATE TABLE t (x)", MANY, MANY);
        List<String> wanted = Shop.dump(restored);
        Files.copy(restored, naive, StandardCopyOption.REPLACE_EXISTING);

        new SqliteTarget(ours).by(strategy).swap(COPY, KEEP, LoadOptions.USUAL);

        assertThat(dumpOrError(naive)).isNotEqualTo(wanted);
        assertThat(Shop.dump(ours)).isEqualTo(wanted);
        assertThat(Shop.shell(ours, "PRAGMA integrity_check")).containsExactly("ok");
        assertThat(Shop.shell(ours.resolveSibling(KEEP), "SELECT count(*) FROM t WHERE x = 'from the log'"))
                .containsExactly("428");
    }

    private static List<String> dumpOrError(Path file) throws Exception {
        try {
            return Shop.dump(file);
        } catch (IOException damaged) {
            return List.of(damaged.getMessage());
        }
    }

    @Test
    void aRollbackGoesByARenameIfItCanAndIntoTheOpenFileIfNot() throws Exception {
        Shop.database(live, "CREATE TABLE t (x)", "INSERT INTO t VALUES ('new')");
        Shop.database(folder.resolve(KEEP), "CREATE TABLE t (x)", "INSERT INTO t VALUES ('old')");
        Object before = Files.readAttributes(live, BasicFileAttributes.class).fileKey();
        Process shell = new ProcessBuilder("sqlite3", live.toString())
                .redirectErrorStream(true)
                .start();
        try {
            var input = shell.outputWriter();
            input.write("SELECT x FROM t;\n");
            input.flush();
            assertThat(shell.inputReader().readLine()).isEqualTo("new");

            target.swap(KEEP, "shop.db_before_2");
            input.write("SELECT x FROM t;\n");
            input.flush();
            assertThat(shell.inputReader().readLine()).isEqualTo("old");
        } finally {
            shell.destroy();
            shell.waitFor();
        }
        assertThat(Files.readAttributes(live, BasicFileAttributes.class).fileKey())
                .isEqualTo(before);
        assertThat(Shop.names(folder)).containsExactly("shop.db", "shop.db_before_2");

        target.swap("shop.db_before_2", "shop.db_before_3");
        assertThat(Files.readAttributes(live, BasicFileAttributes.class).fileKey())
                .isNotEqualTo(before);
        assertThat(Shop.query(live, "SELECT x FROM t")).containsExactly("new");
    }

    @Test
    void whatAWriteCameToIsFoundOutAfterACrash() throws Exception {
        Shop.database(live, "CREATE TABLE t (x)", "INSERT INTO t VALUES ('old')");
        Path copy = Shop.database(
                folder.resolve(COPY), "CREATE TABLE t (x)", "INSERT INTO t VALUES ('new')", "CREATE TABLE u (y)");
        CutSwap cut = new CutSwap(COPY, KEEP, Instant.now());
        assertThat(target.settle(cut)).isEmpty();
        byte[] incoming = Files.readAllBytes(copy);
        byte[] old = Files.readAllBytes(live);
        Files.copy(live, folder.resolve(KEEP));

        assertThat(target.settle(cut))
                .containsExactly(
                        "A write into 'shop.db' was cut off before it was committed, so that nothing of it is there.");
        assertThat(Shop.names(folder)).containsExactly("shop.db", COPY, "shop.db_restoring_previous_1");
        assertThat(target.by(Strategy.FILE).leftovers()).containsExactly(COPY, "shop.db_restoring_previous_1");
        Files.delete(folder.resolve("shop.db_restoring_previous_1"));

        target.swap(COPY, KEEP, LoadOptions.USUAL);
        Files.write(copy, incoming);
        assertThat(target.settle(cut)).isEmpty();
        assertThat(Shop.names(folder)).containsExactly("shop.db", KEEP);
        assertThat(Shop.query(live, "SELECT x FROM t")).containsExactly("new");

        Files.write(copy, incoming);
        Files.write(live, old);
        Shop.database(live, "CREATE TABLE made_by_others (x)");
        assertThat(target.settle(cut)).isEmpty();
        assertThat(Shop.names(folder)).containsExactly("shop.db", KEEP, COPY);
    }
}
