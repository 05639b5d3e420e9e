package recovery.core.restore;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import recovery.core.error.Note;
import recovery.core.verify.Verification;
import recovery.harness.PgDumpReferee;
import recovery.harness.PostgresTools;
import recovery.harness.RealPostgres;
import recovery.harness.RestoreBench;

/** The sample shop, restored by a role that owns the live database and may create databases, and nothing else. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class PlainOwnerTest {
    @TempDir
    private Path folder;

    private RestoreReport restored(RealPostgres server, String live, String backup) {
        String role = live + "_plain";
        server.execute(
                "postgres",
                "CREATE ROLE " + role + " LOGIN CREATEDB PASSWORD 'secret'",
                "ALTER DATABASE " + live + " OWNER TO " + role);
        try (RestoreBench bench = RestoreBench.as(role, "secret", folder, server, live)) {
            return bench.put(backup, RestoreBench.sample(backup)).restore(backup);
        }
    }

    @ParameterizedTest
    @CsvSource({"15, shop-pg15.sql.gz", "15, shop-pg15.dump", "18, shop-pg18.sql.gz", "18, shop-pg18-zstd.dump"})
    void bringsBackAllThatAPlainOwnerMayMake(int version, String backup) {
        RealPostgres server = RealPostgres.version(version).withShopRoles();
        String live = server.newDatabase();
        RestoreReport report = restored(server, live, backup);

        assertThat(report.error()).isEmpty();
        assertThat(report.verification().status()).isEqualTo(Verification.Status.PASSED);
        assertThat(report.rows()).isEqualTo(33_562);
        assertThat(report.notes().stream().map(Note::code).collect(Collectors.toSet()))
                .contains("OWNER_NOT_ALLOWED", "GRANT_SKIPPED", "LEFT_OUT_FOR_RIGHTS")
                .doesNotContain("ROLE_MISSING");
        // pg_dump 18 has one statement more for a foreign table
        assertThat(report.notes().stream()
                        .filter(note -> note.code().equals("LEFT_OUT_FOR_RIGHTS"))
                        .map(note ->
                                note.text().replaceAll(" \\(.*?\\)+;", ";").replace("6 statements", "5 statements")))
                .containsExactly(
                        "Left out: foreign data wrapper 'nowhere'; with it 0 rows and 5 statements, among them server"
                                + " 'elsewhere', foreign table 'sales.remote'.",
                        "Left out: event trigger 'shop_ddl'; with it 0 rows and 1 statements.");
        if (version == RealPostgres.MIDDLE) {
            assertThat(differences(server, live)).isEmpty();
        }
    }

    /** The lines of pg_dump in which the copy is not what psql makes as a superuser, but for those that were reported. */
    private static List<String> differences(RealPostgres server, String live) {
        String database = server.newDatabase();
        new PostgresTools(server).psql(database, RestoreBench.sample("shop-pg15.sql.gz"));
        server.execute(database, "DROP EVENT TRIGGER shop_ddl", "DROP FOREIGN DATA WRAPPER nowhere CASCADE");
        String[] bare = {"--no-owner", "--no-privileges", "--no-comments"};
        PgDumpReferee referee = new PgDumpReferee(server);
        List<String> expected = referee.canonical(database, bare);
        List<String> actual = referee.canonical(live, bare);
        String difference = PgDumpReferee.difference(expected, actual);
        return difference.isEmpty() ? List.of() : List.of(difference);
    }

    @Test
    void refusesOnTwelveWhatOnlyNewerServersHave() {
        RealPostgres server = RealPostgres.version(RealPostgres.OLDEST).withShopRoles();
        String live = server.newDatabase();
        RestoreReport report = restored(server, live, "shop-pg15.sql.gz");

        assertThat(report.error().map(RestoreReport.Failure::problem))
                .contains("the extension 'hstore' of the backup can only be created by a superuser");
        assertThat(server.databasesLike(live + "_")).isEmpty();
    }
}
