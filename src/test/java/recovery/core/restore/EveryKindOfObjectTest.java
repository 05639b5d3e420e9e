package recovery.core.restore;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import recovery.core.verify.Verification;
import recovery.harness.DatabaseText;
import recovery.harness.PgDumpReferee;
import recovery.harness.PostgresTools;
import recovery.harness.RealPostgres;
import recovery.harness.RestoreBench;

/**
 * A database with every kind of object, dumped by several versions of pg_dump from several versions of the server, comes
 * back on each supported server as {@code everything.sql} makes it there.
 */
@Timeout(value = 180, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class EveryKindOfObjectTest {
    private static final Path SCRIPT = Path.of("src", "test", "resources", "schemas", "everything.sql");

    /** Database of {@code everything.sql} by server version. */
    private static final Map<Integer, String> REFERENCES = new ConcurrentHashMap<>();

    @TempDir
    private Path folder;

    private static String reference(int version) {
        return REFERENCES.computeIfAbsent(version, major -> {
            RealPostgres server = RealPostgres.version(major);
            String database = server.newDatabase();
            try {
                new PostgresTools(server).psql(database, Files.readAllBytes(SCRIPT));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            return database;
        });
    }

    @ParameterizedTest
    @CsvSource({
        "12-by-13.sql.gz, 12",
        "12-by-13.sql.gz, 13",
        "12-by-13.sql.gz, 14",
        "12-by-13.sql.gz, 15",
        "12-by-13.sql.gz, 16",
        "12-by-13.sql.gz, 17",
        "12-by-13.sql.gz, 18",
        "12-by-13.dump, 12",
        "12-by-13.dump, 13",
        "12-by-13.dump, 14",
        "12-by-13.dump, 15",
        "12-by-13.dump, 16",
        "12-by-13.dump, 17",
        "12-by-13.dump, 18",
        "12-by-17-zstd.dump, 12",
        "12-by-17-zstd.dump, 18",
        "15-by-17-lz4.dump, 12",
        "15-by-17-lz4.dump, 15",
        "15-by-17-lz4.dump, 18",
        "18-by-18.sql.gz, 12",
        "18-by-18.sql.gz, 15",
        "18-by-18.sql.gz, 18",
        "18-by-18.dump, 12",
        "18-by-18.dump, 15",
        "18-by-18.dump, 17",
        "18-by-18.dump, 18",
        "18-by-18-statistics.dump, 15",
        "18-by-18-statistics.dump, 18"
    })
    void comesBackOnEachServer(String backup, int version) {
        RealPostgres server = RealPostgres.version(version);
        String live = server.newDatabase();
        RestoreReport report;
        try (RestoreBench bench = RestoreBench.postgres(folder, server, live)) {
            report = bench.put(backup, RestoreBench.sample("everything/" + backup))
                    .restore(backup);
        }

        assertThat(report.error()).isEmpty();
        assertThat(report.verification().status()).isEqualTo(Verification.Status.PASSED);
        List<String> expected = DatabaseText.of(server, reference(version));
        assertThat(expected).hasSizeGreaterThan(400);
        // up to 14 everybody may create in the schema public; a newer pg_dump says so in its dump, and so it stays
        assertThat(DatabaseText.difference(expected, DatabaseText.of(server, live)))
                .filteredOn(line -> !line.contains("schema public "))
                .isEmpty();
    }

    /** pg_dump may be newer than the server, never older; the one of these machines is 15. */
    @ParameterizedTest
    @CsvSource({"-Fp, 12", "-Fp, 15", "-Fc, 12", "-Fc, 15", "-Ft, 15"})
    void isTheSameToPgDump(String format, int version) {
        RealPostgres server = RealPostgres.version(version);
        PgDumpReferee referee = new PgDumpReferee(server);
        String live = server.newDatabase();
        try (RestoreBench bench = RestoreBench.postgres(folder, server, live)) {
            byte[] dump = new PostgresTools(server).dump(reference(version), format);
            RestoreReport report = bench.put("every.backup", dump).restore("every.backup");
            assertThat(report.error()).isEmpty();
        }

        List<String> expected = referee.canonical(reference(version));
        assertThat(PgDumpReferee.difference(expected, referee.canonical(live))).isEmpty();
    }
}
