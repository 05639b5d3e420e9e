package recovery.core.restore;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import recovery.core.backup.Backup;
import recovery.core.backup.Contents;
import recovery.core.dump.DumpChoice;
import recovery.core.target.LoadOptions;
import recovery.core.target.RoleOptions;
import recovery.core.verify.Verification;
import recovery.harness.PgDumpReferee;
import recovery.harness.PostgresTools;
import recovery.harness.RealPostgres;
import recovery.harness.RestoreBench;

/** A safety copy brings back what the live database held, judged by pg_dump; what it cannot bring back it says. */
@Timeout(value = 180, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class SafetyCopyTest {
    private static final RealPostgres SERVER =
            RealPostgres.version(RealPostgres.MIDDLE).withShopRoles();
    private static final PgDumpReferee REFEREE = new PgDumpReferee(SERVER);

    @TempDir
    private Path folder;

    private static String shop() {
        String live = SERVER.newDatabase();
        new PostgresTools(SERVER).psql(live, RestoreBench.sample("shop-pg15.sql.gz"));
        return live;
    }

    @Test
    void byPgDumpBringsBackTheWholeDatabase() throws Exception {
        String live = shop();
        List<String> original = REFEREE.canonical(live);
        try (RestoreBench bench = RestoreBench.withPgDump(folder, SERVER, live)) {
            RestoreReport report = bench.backUp();

            assertThat(report.error()).isEmpty();
            SafetyCopy copy = report.safetyCopy().orElseThrow();
            assertThat(copy.file()).matches("safety_" + live + "_\\d{8}_\\d{6}\\.dump");
            assertThat(copy.method()).startsWith("pg_dump 15.");
            assertThat(copy.exact()).isTrue();
            assertThat(report.verification().status()).isEqualTo(Verification.Status.PASSED);
            assertThat(report.rows()).isEqualTo(33_562);
            assertThat(report.liveDatabase())
                    .isEqualTo("'%s' is unchanged; it was only read, and what it held is saved in '%s'."
                            .formatted(live, copy.file()));
            assertThat(files()).containsExactly(copy.file(), copy.file() + ".json", copy.file() + ".sha256");
            listedAsGood(bench, copy);
            SERVER.execute(live, "DROP SCHEMA sales CASCADE");
            assertThat(bench.restoreConfirmed(copy.file()).error()).isEmpty();
        }
        assertThat(PgDumpReferee.difference(original, REFEREE.canonical(live))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "shop-pg15.sql.gz",
                "shop-pg15.dump",
                "shop-pg17.sql.gz",
                "shop-pg18-zstd.dump",
                "shop-pg15-inserts.sql.gz"
            })
    void withoutPgDumpBringsBackTheWholeDatabaseThatWasRestored(String backup) throws Exception {
        String live = SERVER.newDatabase();
        List<String> before;
        try (RestoreBench bench = RestoreBench.postgres(folder, SERVER, live)) {
            assertThat(bench.put(backup, RestoreBench.sample(backup))
                            .restoreConfirmed(backup)
                            .error())
                    .isEmpty();
            SERVER.execute(
                    live,
                    "UPDATE sales.users SET name = name || E' \\t\\\\ äöü' WHERE id % 3 = 0",
                    "DELETE FROM sales.order_items WHERE id % 7 = 0",
                    "SELECT lo_from_bytea(4711, '\\x00ff10')",
                    "ALTER LARGE OBJECT 4711 OWNER TO shop_app",
                    "SELECT setval(pg_get_serial_sequence('sales.users', 'id'), 777777)");
            before = REFEREE.canonical(live);
            RestoreReport report = bench.backUp();

            assertThat(report.error()).isEmpty();
            SafetyCopy copy = report.safetyCopy().orElseThrow();
            assertThat(copy.sentences())
                    .containsExactly(
                            "It brings back the whole database: the definitions of '%s', from which it was restored, are those of today."
                                    .formatted(backup));
            assertThat(copy.exact()).isTrue();
            assertThat(report.verification().status()).isEqualTo(Verification.Status.PASSED);
            listedAsGood(bench, copy);
            assertThat(SERVER.databasesLike(live + "_restoring")).isEmpty();
            SERVER.execute(live, "DROP SCHEMA sales CASCADE", "SELECT lo_unlink(4711)");
            assertThat(bench.restoreConfirmed(copy.file()).error()).isEmpty();
            assertThat(PgDumpReferee.difference(before, REFEREE.canonical(live)))
                    .isEmpty();
            byPsql(copy, before);
        }
    }

    private void byPsql(SafetyCopy copy, List<String> before) throws Exception {
        String other = SERVER.newDatabase();
        new PostgresTools(SERVER)
                .psql(other, Files.readAllBytes(folder.resolve("backups").resolve(copy.file())));
        assertThat(PgDumpReferee.difference(before, REFEREE.canonical(other))).isEmpty();
    }

    @Test
    void whatWasChangedSinceIsNamed() throws Exception {
        String live = SERVER.newDatabase();
        try (RestoreBench bench = RestoreBench.postgres(folder, SERVER, live)) {
            bench.put("shop.dump", RestoreBench.sample("shop-pg15.dump"));
            assertThat(bench.restoreConfirmed("shop.dump").error()).isEmpty();
            SERVER.execute(
                    live,
                    "CREATE INDEX users_by_name ON sales.users (name)",
                    "COMMENT ON TABLE sales.users IS 'changed'",
                    "GRANT SELECT ON sales.users TO PUBLIC",
                    "CREATE FUNCTION public.added() RETURNS int LANGUAGE sql AS 'SELECT 1'",
                    "ALTER TABLE sales.users ALTER COLUMN name SET DEFAULT 'nobody'");
            RestoreReport report = bench.backUp();

            assertThat(report.error()).isEmpty();
            SafetyCopy copy = report.safetyCopy().orElseThrow();
            assertThat(copy.exact()).isFalse();
            assertThat(copy.bringsBack()).isEqualTo("other definitions");
            assertThat(copy.sentences())
                    .hasSize(6)
                    .startsWith(
                            "It brings back all rows, with the definitions of 'shop.dump', which are not all those of"
                                    + " today: 4 differ, named below.")
                    .contains(
                            "Missing in the definitions: index sales.users_by_name.",
                            "Missing in the definitions: function public.added().")
                    .anyMatch(line -> line.startsWith("Different: table sales.users is "))
                    .anyMatch(line -> line.startsWith("Different: column sales.users.name is "))
                    .endsWith("With pg_dump 15 or newer on this host, all of it could be brought back.");
            assertThat(report.notes()).extracting(note -> note.code()).contains("SAFETY_COPY_INEXACT");
            assertThat(SERVER.databasesLike(live + "_restoring")).isEmpty();
            listedAsGood(bench, copy);
            assertThat(bench.restoreConfirmed(copy.file()).error()).isEmpty();
        }
    }

    @Test
    void rowsOfOtherTablesThanThoseOfTheLastDumpAreSavedAlone() throws Exception {
        String live = SERVER.newDatabase();
        Path schema = folder.resolve("schema.sql");
        try (RestoreBench bench = RestoreBench.postgres(folder, SERVER, live)) {
            bench.put("shop.dump", RestoreBench.sample("shop-pg15.dump"));
            assertThat(bench.restoreConfirmed("shop.dump").error()).isEmpty();
            SERVER.execute(
                    live,
                    "CREATE TABLE public.since (id int GENERATED ALWAYS AS IDENTITY, twice int GENERATED ALWAYS AS (1) STORED)",
                    "INSERT INTO public.since DEFAULT VALUES");
            Files.write(schema, new PostgresTools(SERVER).dump(live, "--schema-only"));
            List<String> before = REFEREE.canonical(live);
            RestoreReport report = bench.backUp();

            assertThat(report.error()).isEmpty();
            SafetyCopy copy = report.safetyCopy().orElseThrow();
            assertThat(copy.bringsBack()).isEqualTo("rows");
            assertThat(copy.sentences())
                    .contains(
                            "It brings back rows only: to restore it, a file with the definitions is needed in SCHEMA_FILE.",
                            "The tables of 'shop.dump', from which the database was restored, are not those of today.",
                            "Missing in the definitions: column public.since.id.");
            assertThat(bench.service().catalogue().find(copy.file()).contents()).isEqualTo(Contents.DATA);
            RestoreReport restored = bench.restore(
                    copy.file(),
                    true,
                    new LoadOptions(DumpChoice.EVERYTHING, RoleOptions.AS_THEY_ARE, Set.of(), Optional.of(schema)));
            assertThat(restored.error()).isEmpty();
            assertThat(PgDumpReferee.difference(before, REFEREE.canonical(live)))
                    .isEmpty();
        }
    }

    @Test
    void withoutAnyRestoreBeforeThereAreRowsOnly() {
        String live = shop();
        try (RestoreBench bench = RestoreBench.postgres(folder, SERVER, live)) {
            RestoreReport report = bench.backUp();

            assertThat(report.error()).isEmpty();
            assertThat(report.safetyCopy().orElseThrow().sentences())
                    .containsExactly(
                            "It brings back rows only: to restore it, a file with the definitions is needed in SCHEMA_FILE.",
                            "There are no definitions to write: no restore of this database is known here.",
                            "With pg_dump 15 or newer on this host, all of it could be brought back.");
        }
    }

    @Test
    void aLastDumpThatIsAnotherFileNowIsNotUsed() {
        String live = SERVER.newDatabase();
        try (RestoreBench bench = RestoreBench.postgres(folder, SERVER, live)) {
            bench.put("shop.dump", RestoreBench.sample("shop-pg15.dump"));
            assertThat(bench.restoreConfirmed("shop.dump").error()).isEmpty();
            bench.put("shop.dump", RestoreBench.sample("shop-pg16.dump"));

            assertThat(bench.backUp().safetyCopy().orElseThrow().sentences())
                    .contains("There are no definitions to write: 'shop.dump' is another file than the one that was"
                            + " restored.");
        }
    }

    /** Money moves between accounts all the time; every moment has the same sum. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void itIsOneMomentOfADatabaseThatIsBeingWrittenTo(boolean pgDump) throws Exception {
        String live = SERVER.newDatabase();
        SERVER.execute(
                live,
                "CREATE TABLE account (id int PRIMARY KEY, balance int)",
                "CREATE TABLE book (id serial, amount int)",
                "INSERT INTO account SELECT n, 100 FROM generate_series(1, 20000) n",
                "INSERT INTO book (amount) SELECT 100 FROM generate_series(1, 20000)");
        byte[] first = new PostgresTools(SERVER).dump(live);
        AtomicBoolean stop = new AtomicBoolean();
        AtomicLong written = new AtomicLong();
        try (RestoreBench bench =
                pgDump ? RestoreBench.withPgDump(folder, SERVER, live) : RestoreBench.postgres(folder, SERVER, live)) {
            assertThat(bench.put("first.sql", first)
                            .restoreConfirmed("first.sql")
                            .error())
                    .isEmpty();
            Thread writer = writer(live, stop, written);
            RestoreReport report = bench.backUp();
            stop.set(true);
            writer.join();

            assertThat(report.error()).isEmpty();
            assertThat(written.get()).as("how often was written meanwhile").isPositive();
            assertThat(report.safetyCopy().orElseThrow().exact()).isTrue();
            String file = report.safetyCopy().orElseThrow().file();
            assertThat(bench.restoreConfirmed(file).error()).isEmpty();
            assertThat(SERVER.query(live, "SELECT (SELECT sum(balance) FROM account) - (SELECT sum(amount) FROM book)"))
                    .containsExactly("0");
        }
    }

    private static Thread writer(String live, AtomicBoolean stop, AtomicLong written) throws Exception {
        Thread thread = new Thread(() -> {
            for (int n = 1; !stop.get(); n++) {
                SERVER.execute(
                        live,
                        "WITH a AS (UPDATE account SET balance = balance + 7 WHERE id = %d)".formatted(n % 20_000 + 1)
                                + " INSERT INTO book (amount) VALUES (7)");
                written.incrementAndGet();
            }
        });
        thread.start();
        while (written.get() == 0) {
            Thread.sleep(1);
        }
        return thread;
    }

    private static void listedAsGood(RestoreBench bench, SafetyCopy copy) {
        Backup listed = bench.service().catalogue().find(copy.file());
        assertThat(listed.restorable()).isTrue();
        assertThat(listed.sha256()).contains(copy.sha256());
        assertThat(listed.metadata())
                .containsEntry("bringsBack", copy.bringsBack())
                .containsEntry("method", copy.method());
    }

    private List<String> files() throws Exception {
        try (Stream<Path> files = Files.list(folder.resolve("backups"))) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }
}
