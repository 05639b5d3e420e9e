package recovery.core.target.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import recovery.core.error.RecoveryException;
import recovery.core.target.LoadOptions;
import recovery.harness.PgBouncer;
import recovery.harness.RealPostgres;

/** PgBouncer between the application and the server, and in place of the server. */
@EnabledOnOs(OS.LINUX)
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class PoolerTest {
    private static final String ADVISORY = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'";

    @TempDir
    private Path folder;

    @ParameterizedTest
    @CsvSource({
        "12, session, ignore_startup_parameters = extra_float_digits",
        "15, transaction, ignore_startup_parameters = extra_float_digits",
        "18, transaction, ignore_startup_parameters = extra_float_digits",
        "15, session, ''"
    })
    void isRefusedInPlaceOfTheServer(int major, String mode, String setting) throws Exception {
        RealPostgres server = RealPostgres.version(major);
        String live = server.newDatabase();
        try (PgBouncer pooler = new PgBouncer(folder, server, mode, setting)) {
            PostgresTarget target = Targets.target(pooler.server(), live);
            String refusal =
                    "REQUEST_UNUSABLE: 127.0.0.1:%d is a connection pooler such as PgBouncer, not the server itself\n  remedy: Set DB_HOST and DB_PORT to the PostgreSQL server behind it; the application may stay where it is."
                            .formatted(pooler.server().port());

            assertThatThrownBy(() -> target.lock("1 by somebody"))
                    .isInstanceOfSatisfying(
                            RecoveryException.class, e -> assertThat(e.report()).isEqualTo(refusal));
            assertThat(refusals(target)).containsExactly(refusal);
        }
        assertThat(server.query("postgres", ADVISORY)).containsExactly("0");
        assertThat(server.databasesLike(live)).containsExactly(live);
    }

    private static List<String> refusals(PostgresTarget target) {
        try {
            return target
                    .survey(Targets.backup(List.of(), List.of(), "12.1", 1000), LoadOptions.USUAL)
                    .refusals()
                    .stream()
                    .map(RecoveryException::report)
                    .toList();
        } catch (RecoveryException e) {
            return List.of(e.report());
        }
    }

    /** It notices by itself that its sessions were ended, and makes new ones for the next transactions. */
    @ParameterizedTest
    @ValueSource(strings = {"session", "transaction"})
    void ofTheApplicationComesBackAfterTheSwap(String mode) throws Exception {
        RealPostgres server = RealPostgres.version(RealPostgres.MIDDLE);
        String live = server.newDatabase();
        server.execute(live, "CREATE TABLE t (v text)", "INSERT INTO t VALUES ('old')");
        PostgresTarget target = Targets.target(server, live);
        String copy = target.copyName("1");
        target.createCopy(copy).close();
        server.execute(copy, "CREATE TABLE t (v text)", "INSERT INTO t VALUES ('new')");
        String previous = live + "_before_20260101000000";

        try (PgBouncer pooler = new PgBouncer(
                        folder,
                        server,
                        mode,
                        "ignore_startup_parameters = extra_float_digits",
                        "server_login_retry = 0.1");
                Connection busy = pooler.server().connect(live);
                Connection idle = pooler.server().connect(live)) {
            busy.setAutoCommit(false);
            assertThat(value(busy)).isEqualTo("old");
            assertThat(value(idle)).isEqualTo("old");

            target.swap(copy, previous);

            assertThatThrownBy(() -> value(busy))
                    .as("its transaction was in the old one")
                    .isInstanceOf(SQLException.class);
            assertThat(pooler.server().query(live, "SELECT v FROM t")).containsExactly("new");
            target.swap(previous, copy);
            assertThat(pooler.server().query(live, "SELECT v FROM t")).containsExactly("old");
        }
        assertThat(server.databasesLike(live)).containsExactly(live, copy);
        server.execute(
                "postgres", "DROP DATABASE " + live + " WITH (FORCE)", "DROP DATABASE " + copy + " WITH (FORCE)");
    }

    private static String value(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT v FROM t")) {
            row.next();
            return row.getString(1);
        }
    }
}
