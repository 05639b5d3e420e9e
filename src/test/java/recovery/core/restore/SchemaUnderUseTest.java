package recovery.core.restore;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import recovery.core.error.ErrorCode;
import recovery.harness.NeverSwapped;
import recovery.harness.PgDumpReferee;
import recovery.harness.RealPostgres;
import recovery.harness.RestoreBench;

/** A live database that others read and write while it is restored within itself. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class SchemaUnderUseTest {
    private static final String DUMP = """
            CREATE TABLE public.a (v text, n int);
            CREATE TABLE public.b (v text, n int);
            INSERT INTO public.a VALUES ('new', 0);
            SELECT pg_sleep(0.5);
            INSERT INTO public.b VALUES ('new', 0);
            """;

    @TempDir
    private Path folder;

    private RealPostgres server;
    private String live;

    @BeforeEach
    void makeLive() {
        server = RealPostgres.version(RealPostgres.MIDDLE);
        live = server.newDatabase();
        server.execute(
                live,
                "CREATE TABLE a (v text, n int)",
                "CREATE TABLE b (v text, n int)",
                "INSERT INTO a VALUES ('old', 0)",
                "INSERT INTO b VALUES ('old', 0)");
    }

    private interface Client {
        void once(Statement statement) throws SQLException;
    }

    /** Runs {@code restore} while clients connect, work once and leave, in a loop; what they failed with. */
    private List<String> whileInUse(List<Client> clients, Restoring restore) throws Exception {
        Queue<String> failures = new ConcurrentLinkedQueue<>();
        AtomicBoolean stop = new AtomicBoolean();
        List<Thread> threads = new ArrayList<>();
        for (Client client : clients) {
            Thread thread = new Thread(() -> {
                while (!stop.get()) {
                    try (Connection connection = server.connect(live);
                            Statement statement = connection.createStatement()) {
                        client.once(statement);
                    } catch (SQLException e) {
                        failures.add(e.getMessage());
                    }
                }
            });
            thread.start();
            threads.add(thread);
        }
        try {
            restore.run();
        } finally {
            stop.set(true);
            for (Thread thread : threads) {
                thread.join();
            }
        }
        return List.copyOf(failures);
    }

    private interface Restoring {
        void run() throws Exception;
    }

    @Test
    void everybodySeesOnlyTheOldOrOnlyTheNewDataAndNoTransactionIsTornApart() throws Exception {
        Set<String> seen = ConcurrentHashMap.newKeySet();
        Client reader = statement -> {
            try (ResultSet rows = statement.executeQuery(
                    "SELECT string_agg(DISTINCT a.v || b.v, ',') FROM a, b WHERE a.n = 0 AND b.n = 0")) {
                rows.next();
                seen.add(String.valueOf(rows.getString(1)));
            }
        };
        Client forwards = statement -> statement.execute("BEGIN; INSERT INTO a VALUES ('w', 1);"
                + " SELECT pg_sleep(0.01); INSERT INTO b VALUES ('w', 1); COMMIT");
        Client backwards = statement -> {
            statement.execute("BEGIN");
            statement.execute("INSERT INTO b VALUES ('w', 1)");
            statement.execute("INSERT INTO a VALUES ('w', 1)");
            statement.execute("COMMIT");
        };
        List<RestoreReport> reports = new ArrayList<>();
        List<String> failures;
        try (RestoreBench bench = RestoreBench.postgres(folder, server, live)) {
            bench.put("shop.sql", DUMP);
            failures = whileInUse(List.of(reader, reader, reader, forwards, backwards), () -> {
                reports.add(SchemaStrategyTest.restore(bench, "shop.sql"));
                reports.add(SchemaStrategyTest.rollback(bench, reports.get(0)));
            });
        }

        assertThat(reports).extracting(RestoreReport::error).allMatch(error -> error.isEmpty());
        assertThat(reports).extracting(RestoreReport::downtimeMs).allMatch(millis -> millis < 2_000);
        assertThat(failures).isEmpty();
        assertThat(seen).contains("oldold").isSubsetOf("oldold", "newnew");
        String before = reports.get(1).rollback().previous().orElseThrow().substring(1);
        for (String schema : List.of("public", "public" + before)) {
            assertThat(server.query(
                            live,
                            "SELECT (SELECT count(*) FROM " + schema + ".a) - (SELECT count(*) FROM " + schema + ".b)"))
                    .as("transactions that are in one table of %s only", schema)
                    .containsExactly("0");
        }
    }

    /** Whatever is wrong with a backup, and wherever: also a commit or a rollback of its own in the middle. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                DUMP + "SELECT 1/0;",
                "BEGIN;" + DUMP + "COMMIT; SELECT 1/0;",
                DUMP + "COMMIT; INSERT INTO nowhere VALUES (1);",
                "CREATE TABLE x (i int); ROLLBACK; DROP TABLE IF EXISTS a; SELECT 1/0;",
                "DROP SCHEMA public CASCADE; CREATE SCHEMA public;" + DUMP + "SELECT 1/0;",
                DUMP + "DO $$ BEGIN COMMIT; END $$;",
                "BEGIN;" + DUMP
            })
    void aFailureLeavesEverythingAsItWas(String dump) throws Exception {
        PgDumpReferee referee = new PgDumpReferee(server);
        List<String> before = referee.canonical(live);
        RestoreReport report;
        try (RestoreBench bench = RestoreBench.postgres(folder, server, live)) {
            report = SchemaStrategyTest.restore(bench.put("bad.sql", dump), "bad.sql");
        }

        assertThat(report.error().map(RestoreReport.Failure::code)).contains(ErrorCode.LOAD_FAILED);
        assertThat(report.liveDatabase()).isEqualTo("'" + live + "' is unchanged; nothing was renamed.");
        assertThat(referee.canonical(live)).isEqualTo(before);
        assertThat(server.query(
                        live,
                        "SELECT application_name FROM pg_stat_activity WHERE datname = current_database()"
                                + " AND pid <> pg_backend_pid()"))
                .isEmpty();
    }

    @Test
    void transactionsOfTheBackupAreKeptApartWithinTheOneOfTheLoad() throws Exception {
        server.execute(live, "CREATE SCHEMA of_others", "CREATE TABLE of_others.t (x int)");
        String dump = "BEGIN;" + DUMP + "COMMIT;"
                + "BEGIN; INSERT INTO a VALUES ('undone', 7); ROLLBACK;"
                + "START TRANSACTION; SAVEPOINT mine; INSERT INTO a VALUES ('undone', 8); ROLLBACK TO mine;"
                + "INSERT INTO a VALUES ('kept', 9); END; ROLLBACK; COMMIT;";
        RestoreReport report;
        try (RestoreBench bench = RestoreBench.postgres(folder, server, live)) {
            report = SchemaStrategyTest.restore(bench.put("shop.sql", dump), "shop.sql");
        }

        assertThat(report.error()).isEmpty();
        assertThat(server.query(live, "SELECT v FROM a ORDER BY n")).containsExactly("new", "kept");
        assertThat(report.notes())
                .anySatisfy(note -> assertThat(note.text())
                        .isEqualTo("The backup does not bring these schemas of '" + live
                                + "', so they stay as they are: 'of_others'."));
        assertThat(NeverSwapped.dump(server, live)).anyMatch(line -> line.startsWith("CREATE TABLE of_others.t"));
    }
}
