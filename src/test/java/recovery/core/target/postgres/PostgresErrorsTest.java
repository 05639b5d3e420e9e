package recovery.core.target.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import recovery.core.error.ErrorCode;
import recovery.core.error.RecoveryException;
import recovery.harness.RealPostgres;

@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class PostgresErrorsTest {
    @Test
    void tellsADeadServerFromAnUnknownHost() throws IOException {
        int port;
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = socket.getLocalPort();
        }
        RecoveryException dead = failure(PostgresSettings.of("127.0.0.1", port, "u", new char[0], "shop", ""));
        assertThat(dead.report())
                .isEqualTo("DATABASE_UNREACHABLE: the server 127.0.0.1:" + port
                        + " cannot be reached: Connection refused\n"
                        + "  remedy: Start the server, or check DB_HOST and DB_PORT.\n"
                        + "  remedy: Look into the log of the server if it does not start.");

        RecoveryException unknown =
                failure(PostgresSettings.of("no-such-host.invalid", 5432, "u", new char[0], "shop", ""));
        assertThat(unknown.report())
                .isEqualTo("DATABASE_UNREACHABLE: the server no-such-host.invalid:5432 cannot be reached: unknown host"
                        + " 'no-such-host.invalid'\n"
                        + "  remedy: Check DB_HOST; this machine does not know a host of that name.");
    }

    @Test
    void tellsAMissingDatabaseByItsName() throws SQLException {
        RealPostgres server = RealPostgres.version(RealPostgres.MIDDLE);
        SQLException e = catchThrowableOfType(
                SQLException.class,
                () -> new PostgresConnections(Targets.settings(server, "x")).database("no such \"one\""));
        assertThat(PostgresErrors.surroundings(e, "db1:5432").orElseThrow().report())
                .isEqualTo("DATABASE_UNREACHABLE: the server db1:5432 says: database \"no such \"one\"\" does not exist"
                        + " (SQL state 3D000)\n  remedy: Check the name of the database in the settings.");
    }

    @Test
    void givesEachErrorOfTheSurroundingsItsOwnRemedy() {
        assertThat(known("53100", "could not extend file").code()).isEqualTo(ErrorCode.DISK_FULL);
        assertThat(known("58030", "could not write: No space left on device").code())
                .isEqualTo(ErrorCode.DISK_FULL);
        assertThat(known("42501", "permission denied for table t").code()).isEqualTo(ErrorCode.RIGHTS_MISSING);
        assertThat(known("53300", "sorry, too many clients already").remedies().get(0))
                .isEqualTo("Stop the main application or its connection pool, then try again.");
        assertThat(known("28P01", "password authentication failed for user \"u\"")
                        .remedies())
                .containsExactly("Check DB_USER and DB_PASSWORD.");
        assertThat(known("28000", "no pg_hba.conf entry for host \"::1\"")
                        .remedies()
                        .get(0))
                .isEqualTo("Add this host, user and database to pg_hba.conf of the server and reload it.");
        assertThat(known("08004", "The server does not support SSL.").remedies())
                .containsExactly("Set DB_SSLMODE to what the server offers, e.g. prefer or require.");
        assertThat(known("57P03", "the database system is starting up").remedies())
                .containsExactly("Wait until it has started up; its log says how far it is.");
        assertThat(PostgresErrors.known(new SQLException("syntax error", "42601"), "db1:5432"))
                .isEmpty();
    }

    @Test
    void repeatsAllThatTheServerSaid() throws SQLException {
        RealPostgres server = RealPostgres.version(RealPostgres.MIDDLE);
        try (Connection connection = server.connect("postgres");
                Statement statement = connection.createStatement()) {
            SQLException e = catchThrowableOfType(
                    SQLException.class,
                    () -> statement.execute("DO $$ BEGIN RAISE EXCEPTION 'first.' USING DETAIL = 'second.', HINT ="
                            + " E'third\nline.'; END $$"));
            assertThat(PostgresErrors.said(e)).isEqualTo("first; second; hint: third line (SQL state P0001)");
        }
    }

    /** The driver does it; this proves that we do not stand in its way. */
    @Test
    void leavesThePasswordToThePasswordFileWhenThereIsNone(@TempDir Path folder) throws Exception {
        RealPostgres server = RealPostgres.version(RealPostgres.NEWEST);
        String database = server.newDatabase();
        Path passwords = Files.writeString(
                folder.resolve("pgpass"),
                "%s:%d:%s:filed:from file\n".formatted(server.host(), server.port(), database));
        server.execute("postgres", "CREATE ROLE filed LOGIN PASSWORD 'from file'");
        // the servers of the tests trust everybody; this one role has to prove itself
        Path rules = Path.of(server.query("postgres", "SHOW hba_file").get(0));
        String before = Files.readString(rules);
        Files.writeString(rules, "host all filed all scram-sha-256\n" + before);
        server.execute("postgres", "SELECT pg_reload_conf()");
        PostgresConnections without = new PostgresConnections(
                PostgresSettings.of(server.host(), server.port(), "filed", new char[0], database, ""));
        PostgresConnections wrong = new PostgresConnections(
                PostgresSettings.of(server.host(), server.port(), "filed", "x".toCharArray(), database, ""));
        try {
            SQLException e = catchThrowableOfType(SQLException.class, () -> without.database(database));
            assertThat(PostgresErrors.surroundings(e, "db1:5432").orElseThrow().remedies())
                    .containsExactly("Set DB_PASSWORD, or put the password into ~/.pgpass.");
            e = catchThrowableOfType(SQLException.class, () -> wrong.database(database));
            assertThat(PostgresErrors.surroundings(e, "db1:5432").orElseThrow().report())
                    .isEqualTo("DATABASE_UNREACHABLE: the server db1:5432 refused the login: password authentication"
                            + " failed for user \"filed\" (SQL state 28P01)\n  remedy: Check DB_USER and DB_PASSWORD.");

            System.setProperty("org.postgresql.pgpassfile", passwords.toString());
            try (Connection connection = without.database(database)) {
                assertThat(connection.isValid(5)).isTrue();
            }
        } finally {
            System.clearProperty("org.postgresql.pgpassfile");
            Files.writeString(rules, before);
            server.execute("postgres", "SELECT pg_reload_conf()", "DROP DATABASE " + database, "DROP ROLE filed");
        }
    }

    private static RecoveryException failure(PostgresSettings settings) {
        return catchThrowableOfType(RecoveryException.class, () -> new PostgresTarget(settings).exists("shop"));
    }

    private static RecoveryException known(String state, String message) {
        return PostgresErrors.known(new SQLException(message, state), "db1:5432")
                .orElseThrow();
    }
}
