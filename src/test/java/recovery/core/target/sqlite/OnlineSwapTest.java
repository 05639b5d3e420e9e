package recovery.core.target.sqlite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
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
}
