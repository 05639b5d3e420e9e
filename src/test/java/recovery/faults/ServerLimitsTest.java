package recovery.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import recovery.core.error.ErrorCode;
import recovery.core.restore.RestoreJob;
import recovery.core.restore.RestoreReport;
import recovery.harness.FaultyNetwork;
import recovery.harness.FaultyNetwork.Fault;
import recovery.harness.OwnPostgres;
import recovery.harness.RealPostgres;
import recovery.harness.RestoreBench;
import recovery.harness.SmallDisk;

/** A server without space, without connections, or with limits of time that an administrator has set. */
@EnabledOnOs(OS.LINUX)
@Timeout(value = 180, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ServerLimitsTest {
    private static final Duration LIMIT = Duration.ofSeconds(60);

    /** Rows and index are many times as large as what the backup says of them. */
    private static final String LARGE_ROWS = """
            CREATE TABLE public.large (id integer NOT NULL, x text GENERATED ALWAYS AS (%s) STORED);
            COPY public.large (id) FROM stdin;
            %s\\.
            """;

    private static final String LARGE_INDEX = """
            CREATE TABLE public.large (id integer NOT NULL);
            COPY public.large (id) FROM stdin;
            %2$s\\.
            CREATE INDEX large_index ON public.large USING btree ((%1$s));
            """;

    /** About 500 bytes that cannot be packed. */
    private static final String MUCH = Stream.of(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16)
            .map(i -> "md5((id + " + i + ")::text)")
            .reduce((a, b) -> a + " || " + b)
            .orElseThrow();

    @TempDir
    private Path folder;

    private static String much(String statements, int rows) {
        StringBuilder ids = new StringBuilder();
        for (int i = 0; i < rows; i++) {
            ids.append(i * 100).append('\n');
        }
        return statements.formatted(MUCH, ids);
    }

    @ParameterizedTest
    @ValueSource(strings = {LARGE_ROWS, LARGE_INDEX})
    void theDiskOfTheCopyIsFull(String large) throws Exception {
        Path disk = folder.resolve("disk");
        try (SmallDisk small = SmallDisk.at(disk, 48 * 1024);
                OwnPostgres own =
                        OwnPostgres.start(RealPostgres.MIDDLE, Files.createDirectory(folder.resolve("server")))) {
            own.server()
                    .execute(
                            "postgres",
                            "CREATE TABLESPACE small LOCATION '" + Files.createDirectory(disk.resolve("space")) + "'");
            Incident incident = new Incident(own.server(), folder);
            own.server().execute("postgres", "ALTER DATABASE " + incident.live() + " SET TABLESPACE small");
            RestoreReport report;
            try (RestoreBench bench = incident.bench(own.server(), much(large, 90_000))) {
                report = Incident.end(Incident.begin(bench));
            }
            RestoreReport.Failure failure = report.error().orElseThrow();
            assertThat(failure.code()).as(failure.problem()).isEqualTo(ErrorCode.DISK_FULL);
            assertThat(failure.remedies())
                    .startsWith("Free space on the server or give it a larger disk, then start the restore again.");
            assertThat(incident.copies()).isEmpty();
            incident.aftermath(report);

            small.resize(256 * 1024);
            try (RestoreBench bench = incident.bench(own.server(), much(large, 90_000))) {
                assertThat(Incident.end(Incident.begin(bench)).error())
                        .as("with enough space")
                        .isEmpty();
            }
        }
    }

    /** Then the server itself goes down, and stays down until there is space. */
    @Test
    void theDiskOfTheLogIsFull() throws Exception {
        Path disk = folder.resolve("disk");
        try (SmallDisk small = SmallDisk.at(disk, 100 * 1024);
                OwnPostgres own =
                        OwnPostgres.start(RealPostgres.MIDDLE, Files.createDirectory(folder.resolve("server")))) {
            Incident incident = new Incident(own.server(), folder);
            own.stop();
            small.take(own.data().resolve("pg_wal"));
            own.start();
            RestoreReport report;
            try (RestoreBench bench = incident.bench(own.server(), much(LARGE_ROWS, 250_000))) {
                report = Incident.end(Incident.begin(bench));
            }
            RestoreReport.Failure failure = report.error().orElseThrow();
            assertThat(failure.code()).as(failure.problem()).isIn(ErrorCode.DISK_FULL, ErrorCode.DATABASE_UNREACHABLE);
            assertThat(report.liveDatabase()).isEqualTo("'" + incident.live() + "' is unchanged; nothing was renamed.");
            own.close();
            small.resize(600 * 1024);
            own.start();
            incident.aftermath(report);
        }
    }

    /** A role without the connections that are kept for superusers, while the application takes all others. */
    @ParameterizedTest
    @EnumSource(
            value = Moment.class,
            names = {"PLANNING", "LOADING_ROWS", "VERIFYING", "CLOSING_THE_GATES"})
    void otherClientsTakeEveryConnectionForAWhile(Moment moment) throws Exception {
        try (OwnPostgres own = OwnPostgres.start(
                RealPostgres.MIDDLE, Files.createDirectory(folder.resolve("server")), "max_connections = 20")) {
            Incident incident = new Incident(own.server(), folder);
            own.server()
                    .execute(
                            "postgres",
                            "CREATE ROLE plain LOGIN CREATEDB PASSWORD 'secret'",
                            "ALTER DATABASE " + incident.live() + " OWNER TO plain");
            RestoreReport report;
            try (FaultyNetwork network = new FaultyNetwork(own.server(), moment.word(), 1, Fault.STALL_BEFORE_WORD);
                    RestoreBench bench = incident.bench(network.server(), "plain", "secret")) {
                RestoreJob job = Incident.begin(bench);
                assertThat(network.awaitFault(LIMIT)).isTrue();
                List<Connection> taken = takeAll(own.server());
                assertThat(taken).isNotEmpty();
                network.heal();
                TimeUnit.SECONDS.sleep(1);
                for (Connection one : taken) {
                    one.close();
                }
                report = Incident.end(job);
            }
            assertThat(report.error()).as("it waits for one a little").isEmpty();
        }
    }

    @Test
    void aServerWithoutAnyConnectionIsSaidToBeFull() throws Exception {
        try (OwnPostgres own = OwnPostgres.start(
                RealPostgres.MIDDLE, Files.createDirectory(folder.resolve("server")), "max_connections = 20")) {
            Incident incident = new Incident(own.server(), folder);
            own.server()
                    .execute(
                            "postgres",
                            "CREATE ROLE plain LOGIN CREATEDB PASSWORD 'secret'",
                            "ALTER DATABASE " + incident.live() + " OWNER TO plain");
            List<Connection> taken = takeAll(own.server());
            RestoreReport report;
            try (RestoreBench bench = incident.bench(own.server(), "plain", "secret")) {
                report = Incident.end(Incident.begin(bench));
            }
            RestoreReport.Failure failure = report.error().orElseThrow();
            assertThat(failure.code()).isEqualTo(ErrorCode.DATABASE_UNREACHABLE);
            assertThat(failure.problem())
                    .startsWith("the server 127.0.0.1:" + own.server().port() + " has no free connection: ");
            assertThat(failure.remedies())
                    .startsWith("Stop the main application or its connection pool, then try again.");
            for (Connection one : taken) {
                one.close();
            }
            incident.aftermath(report);
        }
    }

    private static List<Connection> takeAll(RealPostgres server) {
        List<Connection> taken = new ArrayList<>();
        try {
            while (true) {
                taken.add(DriverManager.getConnection(
                        "jdbc:postgresql://%s:%d/template1".formatted(server.host(), server.port()),
                        "plain",
                        "secret"));
            }
        } catch (SQLException full) {
            assertThat(full.getSQLState()).isEqualTo("53300");
            return taken;
        }
    }

    @Test
    void limitsOfTimeThatAnAdministratorHasSetDoNotEndARestore() throws Exception {
        try (OwnPostgres own =
                OwnPostgres.start(RealPostgres.NEWEST, Files.createDirectory(folder.resolve("server")))) {
            String live = own.server().newDatabase();
            own.server().execute(live, "CREATE TABLE t (v text)");
            for (String whose : List.of("ROLE hasty", "DATABASE " + live)) {
                if (whose.startsWith("ROLE")) {
                    own.server().execute("postgres", "CREATE ROLE hasty SUPERUSER LOGIN");
                }
                for (String limit : List.of(
                        "statement_timeout",
                        "lock_timeout",
                        "idle_in_transaction_session_timeout",
                        "idle_session_timeout",
                        "transaction_timeout")) {
                    own.server().execute("postgres", "ALTER " + whose + " SET " + limit + " = '400ms'");
                }
            }
            try (RestoreBench bench = RestoreBench.as("hasty", "", folder, own.server(), live)) {
                RestoreReport report = bench.put(
                                "slow.sql",
                                "--\n-- PostgreSQL database dump\n--\n\nCREATE TABLE public.t (v text);\nCOPY public.t (v) FROM stdin;\nnew\n\\.\nSELECT pg_catalog.pg_sleep(1);\n\n--\n-- PostgreSQL database dump complete\n--\n\n")
                        .restoreConfirmed("slow.sql");
                assertThat(report.error()).isEmpty();
            }
            assertThat(own.server().query(live, "SELECT v FROM t")).containsExactly("new");
            assertThat(own.server().query(live, "SHOW statement_timeout")).containsExactly("400ms");
        }
    }
}
