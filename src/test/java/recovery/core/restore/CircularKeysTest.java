package recovery.core.restore;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import recovery.core.dump.DumpChoice;
import recovery.core.error.ErrorCode;
import recovery.core.target.LoadOptions;
import recovery.core.target.RoleOptions;
import recovery.harness.PostgresTools;
import recovery.harness.RealPostgres;
import recovery.harness.RestoreBench;

/** Rows that point to each other, and a role that cannot switch off the foreign keys between them. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class CircularKeysTest {
    private static final String[] TABLES = {
        "CREATE TABLE person (id integer PRIMARY KEY, home integer)",
        "CREATE TABLE house (id integer PRIMARY KEY, owner integer REFERENCES person)",
        "ALTER TABLE person ADD CONSTRAINT lives_in FOREIGN KEY (home) REFERENCES house"
    };

    private final RealPostgres server = RealPostgres.version(RealPostgres.MIDDLE);
    private final PostgresTools tools = new PostgresTools(server);
    private final String original = server.newDatabase();
    private final String live = server.newDatabase();
    private final String role = live + "_plain";

    @TempDir
    private Path folder;

    @BeforeEach
    void makeRowsThatPointToEachOther() {
        server.execute(original, TABLES);
        server.execute(
                original,
                "INSERT INTO person VALUES (1, NULL), (2, NULL)",
                "INSERT INTO house VALUES (10, 1), (20, 2)",
                "UPDATE person SET home = id * 10");
        server.execute(
                "postgres",
                "CREATE ROLE " + role + " LOGIN CREATEDB PASSWORD 'secret'",
                "ALTER DATABASE " + live + " OWNER TO " + role);
    }

    private RestoreReport restored(byte[] rows, byte[] definitions) throws IOException {
        Path schema = Files.write(folder.resolve("definitions"), definitions);
        try (RestoreBench bench = RestoreBench.as(role, "secret", folder, server, live)) {
            return bench.put("rows", rows)
                    .restore(
                            "rows",
                            true,
                            new LoadOptions(
                                    DumpChoice.EVERYTHING, RoleOptions.AS_THEY_ARE, Set.of(), Optional.of(schema)));
        }
    }

    @ParameterizedTest
    @CsvSource({"-Fp, -Fp", "-Fc, -Fc", "-Fp, -Ft", "-Ft, -Fp"})
    void comeBackBeforeTheForeignKeysOfADumpOfDefinitions(String rows, String definitions) throws IOException {
        RestoreReport report =
                restored(tools.dump(original, "--data-only", rows), tools.dump(original, "--schema-only", definitions));

        assertThat(report.error()).isEmpty();
        assertThat(server.query(
                        live,
                        "SELECT concat_ws(' ', p.id, home, h.id, owner) FROM person p JOIN house h ON"
                                + " h.id = home ORDER BY 1"))
                .containsExactly("1 10 10 1", "2 20 20 2");
        assertThat(server.query(
                        live, "SELECT conname FROM pg_constraint WHERE contype = 'f' AND convalidated ORDER BY 1"))
                .containsExactly("house_owner_fkey", "lives_in");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void areRefusedIfTheForeignKeysCannotBeMadeBehindThem(boolean inserts) throws IOException {
        RestoreReport report = restored(
                inserts ? tools.dump(original, "--data-only", "--inserts") : tools.dump(original, "--data-only"),
                (String.join(";\n", TABLES) + ";\n").getBytes(UTF_8));

        RestoreReport.Failure failure = report.error().orElseThrow();
        assertThat(failure.code()).isEqualTo(ErrorCode.LOAD_FAILED);
        assertThat(failure.problem()).contains("violates foreign key constraint");
        assertThat(failure.remedies())
                .isEqualTo(List.of(
                        "Restore with a superuser, for whom rows may come before those they point to.",
                        "If the definitions come from SCHEMA_FILE, name a file there that \"pg_dump --schema-only\" wrote: its"
                                + " foreign keys are made behind the rows.",
                        "If the rows are really missing in this backup, restore an older one."));
        assertThat(server.databasesLike(live)).containsExactly(live);
    }

    @Test
    void comeBackWithAWholeDump() throws IOException {
        RestoreReport report;
        try (RestoreBench bench = RestoreBench.as(role, "secret", folder, server, live)) {
            report = bench.put("whole.dump", tools.dump(original, "-Fc")).restore("whole.dump");
        }

        assertThat(report.error()).isEmpty();
        assertThat(server.query(live, "SELECT count(*) FROM person JOIN house ON house.id = home"))
                .containsExactly("2");
    }
}
