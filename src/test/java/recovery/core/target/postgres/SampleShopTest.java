package recovery.core.target.postgres;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import recovery.core.dump.DumpBytes;
import recovery.core.dump.plain.PlainDumpReader;
import recovery.core.layer.BackupStream;
import recovery.core.target.LoadResult;
import recovery.harness.RealPostgres;

/** Whole dumps of the sample shop, as pg_dump wrote them, come back on real servers. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class SampleShopTest {
    private static final Path BACKUPS = Path.of("src", "test", "resources", "backups");
    private static final List<String> TABLES = List.of(
            "\"Odd Names; -- \\ 'quoted'\".\"täble ünïcode 数据\" 2",
            "audit.log 3000",
            "sales.\"MixedCase \"\"Table\"\"\" 3",
            "sales.base 3",
            "sales.bookings 50",
            "sales.cart 1",
            "sales.child 2",
            "sales.empty_table 0",
            "sales.no_columns 1",
            "sales.order_items 20000",
            "sales.orders_2024 2928",
            "sales.orders_2025 2920",
            "sales.orders_rest 2152",
            "sales.products 500",
            "sales.users 2000");

    private static LoadResult load(LoadProbe copy, String file) {
        try (BackupStream backup = BackupStream.open(BACKUPS.resolve(file), copy.cancellation)) {
            return copy.load(new PlainDumpReader(new DumpBytes(backup.content())));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<String> sorted(LoadResult result) {
        return LoadProbe.tables(result).stream().sorted().toList();
    }

    private static List<String> counted(LoadProbe copy, LoadResult result) {
        return result.tables().stream()
                .map(table -> table.table() + " "
                        + copy.query("SELECT count(*) FROM ONLY " + table.table())
                                .get(0))
                .sorted()
                .toList();
    }

    @ParameterizedTest
    @CsvSource({
        "15, shop-pg15-inserts.sql.gz",
        "15, shop-pg15-create-clean.sql.gz",
        "15, shop-pg17.sql.gz",
        "15, shop-pg18.sql.gz",
        "18, shop-pg18.sql.gz"
    })
    void bringsEveryRowBack(int version, String file) {
        LoadProbe copy = new LoadProbe(version);
        copy.server.withShopRoles();
        LoadResult result = load(copy, file);

        assertThat(sorted(result)).isEqualTo(TABLES.stream().sorted().toList());
        assertThat(counted(copy, result)).isEqualTo(sorted(result));
        assertThat(copy.rows()).isEqualTo(33_562);
        assertThat(result.foreignKeysProven()).isTrue();
        assertThat(copy.query("SELECT lo_get(700001) = decode(repeat(md5('large'), 4000), 'hex')"))
                .containsExactly("t");
        assertThat(copy.query("SELECT last_value FROM sales.order_items_id_seq"))
                .containsExactly("20000");
        assertThat(copy.query("SELECT conname FROM pg_constraint WHERE NOT convalidated"))
                .isEmpty();
    }

    @Test
    void bringsDefinitionsBackWithoutRows() {
        LoadProbe copy = new LoadProbe(RealPostgres.MIDDLE);
        LoadResult result = load(copy, "shop-pg15-schema.sql.gz");

        assertThat(result.tables()).hasSize(TABLES.size());
        assertThat(result.rows()).isZero();
        assertThat(counted(copy, result)).isEqualTo(sorted(result));
    }

    @Test
    void comesBackEqualByPgDump() throws Exception {
        List<String> original = original();
        for (String file : List.of("shop-pg15.sql.gz", "shop-pg15-inserts.sql.gz", "shop-pg15-create-clean.sql.gz")) {
            LoadProbe copy = new LoadProbe(RealPostgres.MIDDLE);
            load(copy, file);

            assertThat(dumped(copy)).as(file).isEqualTo(original);
        }
    }

    @Test
    void comesBackOnAServerWithoutItsRolesAndSaysWhatIsDifferent() throws Exception {
        LoadProbe copy = new LoadProbe(RealPostgres.NEWEST);
        String dump;
        try (BackupStream backup = BackupStream.open(BACKUPS.resolve("shop-pg15.sql.gz"), copy.cancellation)) {
            dump = new String(backup.content().readAllBytes(), UTF_8).replaceAll("shop_(owner|app|audit)", "absent_$1");
        }
        LoadResult result =
                copy.load(new PlainDumpReader(new DumpBytes(new ByteArrayInputStream(dump.getBytes(UTF_8)))));

        assertThat(LoadProbe.texts(result))
                .containsExactly(
                        "ROLE_MISSING: The role 'absent_app' does not exist on this server: 21 grants were left out;"
                                + " 1 policy was left out, which hides the rows it would show.",
                        "ROLE_MISSING: The role 'absent_audit' does not exist on this server: 2 objects belong to"
                                + " 'postgres' instead.",
                        "ROLE_MISSING: The role 'absent_owner' does not exist on this server: 31 objects belong to"
                                + " 'postgres' instead; 1 grant was left out.");
        assertThat(sorted(result)).isEqualTo(TABLES.stream().sorted().toList());
        assertThat(counted(copy, result)).isEqualTo(sorted(result));
    }

    @ParameterizedTest
    @ValueSource(strings = {"--clean --use-set-session-authorization", "--inserts --quote-all-identifiers"})
    void bringsADumpOfTheOldestServerBackThereEqualByPgDump(String options) throws Exception {
        LoadProbe original = new LoadProbe(RealPostgres.OLDEST);
        original.server
                .withShopRoles()
                .execute(
                        original.database,
                        "CREATE TABLE people (id serial PRIMARY KEY, name text, born date)",
                        "INSERT INTO people (name, born) SELECT E'tab\\tback\\\\' || i, date '2000-01-01' + i"
                                + " FROM generate_series(1, 300) i",
                        "CREATE TABLE pets (owner int REFERENCES people, \"order\" text) PARTITION BY LIST (\"order\")",
                        "CREATE TABLE pets_rest PARTITION OF pets DEFAULT",
                        "INSERT INTO pets SELECT i, 'cat' FROM generate_series(1, 40) i",
                        "ALTER TABLE people OWNER TO shop_owner",
                        "GRANT SELECT ON pets TO shop_app");
        LoadProbe copy = new LoadProbe(RealPostgres.OLDEST);
        byte[] dump = run(original, ("pg_dump " + options).split(" ")).getBytes(UTF_8);
        LoadResult result = copy.load(new PlainDumpReader(new DumpBytes(new ByteArrayInputStream(dump))));

        assertThat(LoadProbe.tables(result)).containsExactly("public.people 300", "public.pets_rest 40");
        assertThat(dumped(copy)).isEqualTo(dumped(original));
    }

    /** What psql makes of the same dump, by pg_dump. */
    private static List<String> original() throws Exception {
        LoadProbe original = new LoadProbe(RealPostgres.MIDDLE);
        original.server.withShopRoles();
        Path script = Files.createTempFile("shop", ".sql");
        try (BackupStream backup = BackupStream.open(BACKUPS.resolve("shop-pg15.sql.gz"), original.cancellation)) {
            Files.copy(backup.content(), script, StandardCopyOption.REPLACE_EXISTING);
            run(original, "psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", "-f", script.toString());
        } finally {
            Files.delete(script);
        }
        return dumped(original);
    }

    /** The dump without the key that is new each time. */
    private static List<String> dumped(LoadProbe copy) throws Exception {
        return run(copy, "pg_dump")
                .lines()
                .filter(line -> !line.startsWith("\\restrict") && !line.startsWith("\\unrestrict"))
                .toList();
    }

    private static String run(LoadProbe copy, String... command) throws Exception {
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment()
                .putAll(Map.of(
                        "PGHOST",
                        copy.server.host(),
                        "PGPORT",
                        String.valueOf(copy.server.port()),
                        "PGUSER",
                        copy.server.user(),
                        "PGPASSWORD",
                        copy.server.password(),
                        "PGDATABASE",
                        copy.database));
        Process process = builder.start();
        String output = new String(process.getInputStream().readAllBytes(), UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
        return output;
    }
}
