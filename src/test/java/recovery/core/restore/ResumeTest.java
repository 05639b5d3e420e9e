package recovery.core.restore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import recovery.core.error.ErrorCode;
import recovery.core.error.RecoveryException;
import recovery.core.layer.Secrets;
import recovery.core.target.LoadOptions;
import recovery.harness.GatedDump;
import recovery.harness.OwnPostgres;
import recovery.harness.PgDumpReferee;
import recovery.harness.PostgresTools;
import recovery.harness.RealPostgres;
import recovery.harness.RestoreBench;

/** A restore that was cut off in the middle of its rows goes on, and only where it is right to go on. */
@Timeout(value = 180, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ResumeTest {
    private static final int ROWS = GatedDump.ROWS;

    @TempDir
    private Path folder;

    private OwnPostgres own;
    private RealPostgres server;
    private RestoreBench bench;
    private Connection gate;

    @BeforeEach
    void startServer() throws SQLException {
        own = OwnPostgres.start(RealPostgres.MIDDLE, folder);
        server = own.server();
        server.execute("postgres", "CREATE DATABASE shop");
        server.execute("shop", "CREATE TABLE live_before (x int)", "INSERT INTO live_before VALUES (1)");
        bench = bench().put("shop.sql", GatedDump.text());
        close();
    }

    /** What is noted is on the disk by then, since a crash may take away what was committed a moment ago. */
    private void kill() {
        server.execute("postgres", "CHECKPOINT");
        own.kill();
    }

    private RestoreBench bench() {
        return RestoreBench.postgres(folder, server, "shop");
    }

    @AfterEach
    void stop() {
        bench.service().close();
        own.close();
    }

    /** Nobody gets into {@code b} from now on. */
    private void close() throws SQLException {
        gate = server.connect("postgres");
        gate.setAutoCommit(false);
        try (Statement statement = gate.createStatement()) {
            statement.execute(GatedDump.CLOSE);
        }
    }

    private void open() throws SQLException {
        gate.close();
    }

    /** Returns when {@code a} is noted and {@code b} waits; at one connection it is noted when {@code b} begins. */
    private RestoreJob startUntilTheGate(int jobs) throws InterruptedException {
        RestoreJob job = bench.service()
                .start(new RestoreRequest(
                        "shop.sql",
                        false,
                        Optional.empty(),
                        false,
                        Optional.empty(),
                        LoadOptions.USUAL.with(OptionalInt.of(jobs)),
                        Secrets.none(),
                        "terminal"));
        while (waiting().isEmpty() || !isNoted() || !isHashed(job.id())) {
            assertThat(job.status().report()).isEmpty();
            Thread.sleep(20);
        }
        return job;
    }

    private List<String> waiting() {
        return server.query("postgres", GatedDump.WAITING);
    }

    private boolean isNoted() {
        return !server.query(copy(), "SELECT part FROM emergency_recovery_progress.done WHERE kind = 'ROWS'")
                .isEmpty();
    }

    private boolean isHashed(String id) {
        return new JournalFolder(folder.resolve("state")).lines(id).containsKey("sha256");
    }

    private List<String> copies() {
        return server.databasesLike("shop_restoring_");
    }

    private String copy() {
        return copies().get(0);
    }

    /** Changes if the rows were loaded again. */
    private List<String> rowsOfA(String database) {
        return server.query(
                database,
                "SELECT pg_relation_filenode('public.a') || ' ' || count(*) || ' ' || min(xmin::text::bigint) || ' '"
                        + " || max(xmin::text::bigint) FROM public.a");
    }

    private RestoreReport resume(Resumable before) throws InterruptedException {
        return bench.service().resume(before, Secrets.none(), "terminal").await();
    }

    private Resumable last() {
        return bench.service().resumable(Optional.empty());
    }

    private void cameBack(RestoreReport report) {
        assertThat(report.error()).isEmpty();
        assertThat(report.rows()).isEqualTo(3 * ROWS);
        assertThat(report.tables())
                .extracting(table -> table.name() + " " + table.restored().getAsLong())
                .containsExactly("public.a " + ROWS, "public.b " + ROWS, "public.c " + ROWS);
        assertThat(copies()).isEmpty();
        String expected = server.newDatabase();
        new PostgresTools(server).psql(expected, GatedDump.text().getBytes(java.nio.charset.StandardCharsets.UTF_8));
        PgDumpReferee referee = new PgDumpReferee(server);
        assertThat(PgDumpReferee.difference(referee.canonical(expected), referee.canonical("shop")))
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 4})
    void goesOnWhenTheServerWasKilled(int jobs) throws Exception {
        RestoreJob job = startUntilTheGate(jobs);
        String copy = copy();
        List<String> rows = rowsOfA(copy);
        kill();
        RestoreReport failed = job.await();

        assertThat(failed.error().orElseThrow().code()).isEqualTo(ErrorCode.DATABASE_UNREACHABLE);
        assertThat(failed.liveDatabase()).isEqualTo("'shop' is unchanged; nothing was renamed.");
        assertThat(failed.error().orElseThrow().remedies())
                .contains("The copy '%s' is kept: 'java -jar emergency.jar resume %s' goes on from there."
                        .formatted(copy, job.id()));

        own.start();
        assertThat(rowsOfA(copy)).isEqualTo(rows);
        assertThat(bench.service().history()).singleElement().satisfies(entry -> {
            assertThat(entry.resumable()).isTrue();
            assertThat(entry.state()).isEqualTo(RestoreState.FAILED);
        });
        RestoreReport report = resume(last());
        cameBack(report);
        assertThat(rowsOfA("shop")).as("they were not loaded again").isEqualTo(rows);
        assertThat(report.notes())
                .extracting(note -> note.code() + ": " + note.text())
                .contains("RESTORE_RESUMED: This went on with what restore " + job.id()
                        + " had loaded; nothing that was finished was loaded again.");
        assertThat(bench.service().history())
                .extracting(entry -> entry.state() + " " + entry.resumable() + " "
                        + entry.resumedAs().orElse("-"))
                .containsExactly("done false -", "failed false " + report.id());
        RecoveryException twice = catchThrowableOfType(
                RecoveryException.class, () -> bench.service().resumable(Optional.of(job.id())));
        assertThat(twice).hasMessage("restore '%s' was gone on with as '%s'".formatted(job.id(), report.id()));
    }

    @Test
    void goesOnTwice() throws Exception {
        RestoreJob job = startUntilTheGate(4);
        kill();
        job.await();
        own.start();
        close();
        RestoreJob second = bench.service().resume(last(), Secrets.none(), "terminal");
        while (waiting().isEmpty()) {
            assertThat(second.status().report()).isEmpty();
            Thread.sleep(20);
        }
        kill();
        assertThat(second.await().error().orElseThrow().code()).isEqualTo(ErrorCode.DATABASE_UNREACHABLE);
        own.start();
        Resumable again = last();
        assertThat(again.id()).isEqualTo(second.id());
        assertThat(again.first()).isEqualTo(job.id());
        cameBack(resume(again));
    }

    @Test
    void keepsTheCopyWhenTheProgramIsStopped() throws Exception {
        RestoreJob job = startUntilTheGate(4);
        String copy = copy();
        bench.service().close();
        RestoreReport stopped = job.await();
        assertThat(stopped.state()).isEqualTo(RestoreState.CANCELLED);
        assertThat(stopped.liveDatabase()).isEqualTo("'shop' is unchanged; nothing was renamed.");
        assertThat(copies()).containsExactly(copy);
        open();

        bench = bench();
        assertThat(bench.service().findings(java.time.Duration.ofSeconds(30)))
                .contains(
                        "What restore %s had loaded is kept in '%s': 'java -jar emergency.jar resume %s' goes on from there."
                                .formatted(job.id(), copy, job.id()));
        cameBack(resume(last()));
    }

    @Test
    void dropsTheCopyWhenSomebodyCancels() throws Exception {
        RestoreJob job = startUntilTheGate(4);
        bench.service().cancel(job.id());
        // a database cannot be dropped while nobody may look for its comments
        open();
        assertThat(job.await().state()).isEqualTo(RestoreState.CANCELLED);
        assertThat(copies()).isEmpty();
        refuses(job.id(), "restore '%s' was not cut off: it is cancelled".formatted(job.id()));
    }

    private void refuses(String id, String text) {
        RecoveryException refusal = catchThrowableOfType(
                RecoveryException.class, () -> bench.service().resumable(Optional.of(id)));
        assertThat(refusal.code()).isEqualTo(ErrorCode.NOTHING_TO_RESUME);
        assertThat(refusal).hasMessage(text);
        RecoveryException none = catchThrowableOfType(RecoveryException.class, this::last);
        assertThat(none).hasMessage("no restore of 'shop' was cut off so that one could go on with it");
    }

    @Test
    void refusesAnotherBackupAndGoesOnWithTheFirst() throws Exception {
        RestoreJob job = startUntilTheGate(4);
        kill();
        job.await();
        own.start();
        bench.put("shop.sql", GatedDump.text().replace("word 7\n", "word 8\n"));
        RestoreReport refused = resume(last());

        assertThat(refused.error().orElseThrow().code()).isEqualTo(ErrorCode.CHECKSUM_MISMATCH);
        assertThat(refused.error().orElseThrow().problem())
                .startsWith("'shop.sql' has the SHA-256 ")
                .contains("but restore '" + job.id() + "' has read one that had ");
        assertThat(copies()).hasSize(1);
        bench.put("shop.sql", GatedDump.text());
        assertThat(last().id()).isEqualTo(job.id());
        cameBack(resume(last()));
    }

    @Test
    void saysThatTheCopyIsGone() throws Exception {
        RestoreJob job = startUntilTheGate(4);
        kill();
        job.await();
        own.start();
        server.execute("postgres", "DROP DATABASE " + copy());
        refuses(job.id(), "restore '%s' has left no copy".formatted(job.id()));
    }

    @Test
    void leavesNothingToGoOnFromWhenItEndedWell() throws Exception {
        open();
        RestoreReport report = bench.restore("shop.sql");
        cameBack(report);
        refuses(report.id(), "restore '%s' was not cut off: it is done".formatted(report.id()));
    }

    @Test
    void beginsAtTheBeginningIfNothingIsNoted() throws Exception {
        RestoreJob job = startUntilTheGate(4);
        kill();
        job.await();
        own.start();
        server.execute(copy(), "DROP SCHEMA emergency_recovery_progress CASCADE");
        RestoreReport report = resume(last());
        cameBack(report);
        assertThat(report.notes())
                .extracting(note -> note.code() + ": " + note.text())
                .contains("RESUMED_FROM_START: Restore " + job.id()
                        + " had finished nothing that could be kept, so this began at the beginning.");
    }
}
