package recovery.core.restore;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import recovery.core.error.RecoveryException;
import recovery.core.verify.Verification;
import recovery.harness.PostgresState;
import recovery.harness.PostgresTools;
import recovery.harness.RealPostgres;
import recovery.harness.RestoreBench;

/** What must not be restored into PostgreSQL is refused in the same words each time, and nothing is left behind. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class RefusalTest {
    private final RealPostgres server = RealPostgres.version(RealPostgres.MIDDLE);
    private final String live = server.newDatabase();

    @TempDir
    private Path folder;

    private RestoreBench bench;
    private List<String> before;

    @BeforeEach
    void fillTheLiveDatabase() {
        server.execute(
                live,
                "CREATE TABLE precious (x int PRIMARY KEY)",
                "INSERT INTO precious SELECT generate_series(1, 5)",
                "ALTER DATABASE " + live + " SET work_mem = '5MB'");
        bench = RestoreBench.postgres(folder, server, live);
        before = PostgresState.of(server, live);
    }

    @AfterEach
    void closeTheService() {
        bench.close();
    }

    /** A dump as pg_dump writes it, around {@code body}. */
    static String dump(String body) {
        return "--\n-- PostgreSQL database dump\n--\n\nSET standard_conforming_strings = on;\n\n" + body
                + "\n\n--\n-- PostgreSQL database dump complete\n--\n";
    }

    static byte[] gzip(byte[] content) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
            gzip.write(content);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    static byte[] cut(byte[] content, int length) {
        return Arrays.copyOf(content, length);
    }

    /** The answer to a restore: code, problem and remedies. */
    private String refusal(String name, byte[] content) {
        bench.put(name, content);
        try {
            RestoreReport report = bench.restore(name);
            RestoreReport.Failure failure = report.error().orElseThrow();
            assertThat(report.liveDatabase()).isEqualTo("'" + live + "' is unchanged; nothing was renamed.");
            return stable(failure.code() + ": " + failure.problem() + "\n" + String.join("\n", failure.remedies()));
        } catch (RecoveryException atOnce) {
            return stable(atOnce.code() + ": " + atOnce.getMessage() + "\n" + String.join("\n", atOnce.remedies()));
        }
    }

    private String stable(String text) {
        return text.replace(live, "LIVE").replace(server.host() + ":" + server.port(), "SERVER");
    }

    private void nothingHasChanged() {
        assertThat(PostgresState.of(server, live)).isEqualTo(before);
        assertThat(server.databasesLike(live + "_")).isEmpty();
    }

    @SuppressWarnings("ArrayRecordComponent") // compared by nobody
    record Bad(String name, byte[] content, String answer) {
        @Override
        public String toString() {
            return name;
        }
    }

    private static final String T = "CREATE TABLE t (a int);\n\nCOPY t (a) FROM stdin;\n7\n\\.\n\n";

    static Bad sql(String name, String body, String answer) {
        return new Bad(name, dump(T + body).getBytes(UTF_8), answer);
    }

    private static byte[] half(String sample) {
        byte[] whole = RestoreBench.sample(sample);
        return cut(whole, whole.length / 2);
    }

    private static byte[] flipped(byte[] file, int at) {
        byte[] damaged = file.clone();
        damaged[at] ^= 0x10;
        return damaged;
    }

    static List<Bad> bad() {
        byte[] gz = RestoreBench.sample("shop-pg15.sql.gz");
        byte[] script = PostgresTools.unpacked(gz);
        String text = new String(script, UTF_8);
        int row = text.indexOf('\n', text.indexOf("COPY sales.users ") + 5_000) + 1;
        byte[] png = {(byte) 0x89, 'P', 'N', 'G', 13, 10, 26, 10, 0, 0, 0, 13, 'I', 'H', 'D', 'R', 0, 0, 0, 1};
        return List.of(
                new Bad(
                        "half.sql.gz",
                        cut(gz, gz.length / 2),
                        "DUMP_TRUNCATED: the gzip file ends too early, at byte 248737 of the file\nCompare the file size with the original; the copy may have been cut short.\nRestore an older backup instead."),
                new Bad(
                        "half-inside.sql.gz",
                        gzip(cut(script, script.length * 6 / 10)),
                        "DUMP_TRUNCATED: the dump ends inside table 'sales.orders_2024', after 1989 whole rows (at byte 1297603 of the dump)\nCompare the file size with the original; the copy may have been cut short.\nRestore an older backup instead."),
                new Bad(
                        "row-boundary.sql",
                        text.substring(0, row).getBytes(UTF_8),
                        "DUMP_TRUNCATED: the dump ends inside table 'sales.users', after 30 whole rows (at byte 1666522 of the dump)\nCompare the file size with the original; the copy may have been cut short.\nRestore an older backup instead."),
                new Bad(
                        "empty.sql",
                        new byte[0],
                        "BACKUP_NOT_RECOGNISED: 'empty.sql' cannot be restored: the file is empty\nChoose another backup.\nCompare size and checksum of the file with the original."),
                new Bad(
                        "empty.sql.gz",
                        gzip(new byte[0]),
                        "BACKUP_NOT_RECOGNISED: 'empty.sql.gz' cannot be restored: holds nothing: there are 0 bytes inside its gzip layer\nChoose another backup.\nCompare size and checksum of the file with the original."),
                new Bad(
                        "picture.png",
                        png,
                        "BACKUP_NOT_RECOGNISED: 'picture.png' cannot be restored: a picture or a video, not a backup\nChoose another backup.\nCompare size and checksum of the file with the original."),
                new Bad(
                        "picture.sql.gz",
                        png,
                        "BACKUP_NOT_RECOGNISED: 'picture.sql.gz' cannot be restored: a picture or a video, not a backup\nChoose another backup.\nCompare size and checksum of the file with the original."),
                new Bad(
                        "upload.sql.gz.part",
                        gz,
                        "BACKUP_UNFINISHED: 'upload.sql.gz.part' cannot be restored: still being written, or cut off: its name ends with '.part'\nWait until the file is complete and try again.\nRestore an older backup instead."),
                new Bad(
                        "shop-dump.sql",
                        RestoreBench.sample("shop-dump.sql"),
                        "BACKUP_OTHER_ENGINE: 'shop-dump.sql' is a backup of SQLite, but the target is PostgreSQL database 'LIVE' on SERVER\nChoose a backup of PostgreSQL.\nIf the target is wrong, correct DATABASE_URL or SQLITE_PATH and start again."),
                new Bad(
                        "shop.db.gz",
                        RestoreBench.sample("shop.db.gz"),
                        "BACKUP_OTHER_ENGINE: 'shop.db.gz' is a backup of SQLite, but the target is PostgreSQL database 'LIVE' on SERVER\nChoose a backup of PostgreSQL.\nIf the target is wrong, correct DATABASE_URL or SQLITE_PATH and start again."),
                new Bad(
                        "half.dump",
                        half("shop-pg15.dump"),
                        "DUMP_TRUNCATED: the archive ends too early (at byte 259866 of the dump)\nCompare the file size with the original; the copy may have been cut short.\nRestore an older backup instead."),
                new Bad(
                        "half-piped.dump",
                        half("shop-pg15-piped.dump"),
                        "DUMP_TRUNCATED: the archive ends too early (at byte 259866 of the dump)\nCompare the file size with the original; the copy may have been cut short.\nRestore an older backup instead."),
                new Bad(
                        "half.sql.zst",
                        half("shop-pg17.sql.zst"),
                        "DUMP_TRUNCATED: the Zstandard data ends too early, at byte 130015 of the file\nCompare the file size with the original; the copy may have been cut short.\nRestore an older backup instead."),
                new Bad(
                        "half.sql.lz4",
                        half("shop-pg18.sql.lz4"),
                        "BACKUP_NOT_RECOGNISED: 'half.sql.lz4' cannot be restored: the LZ4 data ends too early, at byte 359382 of the file\nChoose another backup.\nCompare size and checksum of the file with the original."),
                new Bad(
                        "half.tar.gz",
                        half("shop-pg15.tar.gz"),
                        "DUMP_TRUNCATED: the gzip file ends too early, at byte 252761 of the file\nCompare the file size with the original; the copy may have been cut short.\nRestore an older backup instead."),
                new Bad(
                        "half-directory.tar",
                        half("shop-pg15-directory.tar"),
                        "DUMP_TRUNCATED: the archive ends too early, inside its tar file (at byte 262656 of the dump)\nCompare the file size with the original; the copy may have been cut short.\nRestore an older backup instead."),
                new Bad(
                        "shop.sql.gz.gpg",
                        RestoreBench.sample("heads/shop-pg15.sql.gz.gpg"),
                        "SECRET_MISSING: 'shop.sql.gz.gpg' is encrypted for the private key 45A375D89A879CED, and none was given\nGive the private key as \"gpg --armor --export-secret-keys 45A375D89A879CED\" prints it: in the field 'privateKey' of the page or the request, or with '--key-stdin' in the terminal."),
                new Bad(
                        "flipped.dump",
                        flipped(RestoreBench.sample("shop-pg15.dump"), 300_000),
                        "DUMP_DAMAGED: the archive is damaged: its compressed data is not valid: incorrect data check (at byte 332762 of the dump)\nCopy the file from its origin again and compare the checksums.\nRestore an older backup instead."),
                new Bad(
                        "flipped.sql.lz4",
                        flipped(RestoreBench.sample("shop-pg18.sql.lz4"), 300_000),
                        "DUMP_DAMAGED: the LZ4 data is damaged: the checksum of its content is 553bb02f and should be 1b2e38d1, at byte 718764 of the file\nCopy the file from its origin again and compare the checksums.\nRestore an older backup instead."),
                sql(
                        "syntax.sql",
                        "CREATE INDEXX i ON t (a);",
                        "LOAD_FAILED: line 13 of the dump, 'CREATE INDEXX i ON t (a)': syntax error at or near \"INDEXX\" (SQL state 42601); near 'CREATE INDEXX i ON t (a)'\nLook at that line of the dump: it may be damaged, edited, or written for a newer server.\nRestore an older backup instead."),
                sql(
                        "duplicate-key.sql",
                        "COPY t (a) FROM stdin;\n1\n2\n2\n\\.\n\nALTER TABLE ONLY t ADD CONSTRAINT t_pkey PRIMARY KEY (a);",
                        "LOAD_FAILED: line 19 of the dump, 'ALTER TABLE ONLY t ADD CONSTRAINT t_pkey PRIMARY KEY (a)': could not create unique index \"t_pkey\"; Key (a)=(2) is duplicated (SQL state 23505)\nThe data of this backup contradicts its own definitions; restore an older backup.\nOr correct the line in a copy of the file and restore that."),
                sql(
                        "shell.sql",
                        "\\! rm -rf /",
                        "DUMP_DANGEROUS: line 13 holds the command '\\!' of psql (at byte 128 of the dump)\nLook at that line: pg_dump does not write it, and psql would run it as a command on your machine."),
                sql(
                        "program.sql",
                        "COPY t FROM PROGRAM 'touch /tmp/x';",
                        "DUMP_DANGEROUS: the statement in line 13 reads a file or runs a program on the database server: 'COPY t FROM PROGRAM 'touch /tmp/x''\nTake that statement out of the dump if you trust the rest, or restore an older backup."),
                sql(
                        "system.sql",
                        "ALTER SYSTEM SET work_mem = '1GB';",
                        "DUMP_DANGEROUS: the statement at line 13, 'ALTER SYSTEM SET work_mem = '1GB'', would change the configuration of the whole server\nFind out who wrote this into the backup; pg_dump does not.\nRestore another backup, or remove the statement from a copy of the file."),
                sql(
                        "prepared.sql",
                        "BEGIN;\nPREPARE TRANSACTION 'left';",
                        "DUMP_DANGEROUS: the statement at line 14, 'PREPARE TRANSACTION 'left'', would leave a transaction open on the server\nFind out who wrote this into the backup; pg_dump does not.\nRestore another backup, or remove the statement from a copy of the file."),
                sql(
                        "open.sql",
                        "BEGIN;\nDELETE FROM t;",
                        "LOAD_FAILED: the dump ends inside a transaction, so what it loaded last is not stored\nThe file was probably cut short: compare its size with the original.\nIf it was written so, add COMMIT at the end of a copy of the file."),
                sql(
                        "catalogue-rows.sql",
                        "COPY pg_catalog.pg_database (oid) FROM stdin;\n1\n\\.\n",
                        "DUMP_DANGEROUS: the statement at line 13, 'COPY pg_catalog.pg_database', would write to a table of the whole server\nFind out who wrote this into the backup; pg_dump does not.\nRestore another backup, or remove the statement from a copy of the file."),
                sql(
                        "bad-row.sql",
                        "COPY t (a) FROM stdin;\n1\nx\n\\.\n",
                        "LOAD_FAILED: the rows of table 't' that begin at line 14 of the dump: invalid input syntax for type integer: \"x\" (SQL state 22P02); COPY t, line 2, column a: \"x\"\nThe data of this backup contradicts its own definitions; restore an older backup.\nOr correct the line in a copy of the file and restore that."),
                sql(
                        "missing-type.sql",
                        "CREATE TABLE u (a public.geometry);",
                        "LOAD_FAILED: line 13 of the dump, 'CREATE TABLE u (a public.geometry)': type \"public.geometry\" does not exist (SQL state 42704); near 'CREATE TABLE u (a public.geometry)'\nIf what is missing belongs to an extension, install the extension's package on the server.\nIf it belongs to another schema, restore a backup that holds the whole database."),
                new Bad(
                        "missing-extension.sql",
                        dump("CREATE EXTENSION postgis;\n" + T).getBytes(UTF_8),
                        "EXTENSION_MISSING: the backup needs the extension 'postgis', which is not installed on the server SERVER\nInstall its package on the server, e.g. 'postgresql-15-postgis-3' on Debian and Ubuntu.\nOr restore without it and what needs it: --skip-extension postgis."),
                new Bad(
                        "by-hand.sql",
                        "CREATE TABLE t (a int);\nINSERT INTO t VALUES (1);".getBytes(UTF_8),
                        "BACKUP_UNPROVEN: the backup was not written by a program that marks the end of its file, so nobody can tell whether a part of it is missing\nLook at the plan, then confirm by the name of the target: 'LIVE'."));
    }

    @ParameterizedTest
    @MethodSource("bad")
    void refusesAndLeavesNothingBehind(Bad bad) {
        assertThat(refusal(bad.name(), bad.content())).isEqualTo(bad.answer());
        nothingHasChanged();
    }

    @Test
    void refusesABackupThatIsNotTheOneThatWasHashed() {
        String hash = "0123456789abcdef".repeat(4);
        bench.put("shop.sql.gz.sha256", hash + "  shop.sql.gz\n");

        assertThat(refusal("shop.sql.gz", RestoreBench.sample("shop-pg15.sql.gz")))
                .startsWith("CHECKSUM_MISMATCH: 'shop.sql.gz' has the SHA-256 ")
                .endsWith(", but its sidecar says " + hash
                        + "\nCopy the file again from where it was made: it was damaged or cut off on the way.\nChoose"
                        + " another backup.");
        nothingHasChanged();
    }

    @Test
    void restoresAScriptWrittenByHandOnceThatIsConfirmed() {
        bench.put("by-hand.sql", "CREATE TABLE t (a int);\nINSERT INTO t VALUES (1);\n");
        RestoreReport report = bench.restoreConfirmed("by-hand.sql");

        assertThat(report.error()).isEmpty();
        assertThat(server.query(live, "SELECT a FROM t")).containsExactly("1");
        assertThat(PostgresState.of(server, report.rollback().previous().orElseThrow()))
                .isEqualTo(before);
    }

    @Test
    void dropsACopyWhoseRowsDisappeared() {
        String body = """
                CREATE RULE quiet AS ON INSERT TO t WHERE new.a = 2 DO INSTEAD NOTHING;
                CREATE FUNCTION skip() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END $$;
                CREATE TRIGGER skip BEFORE INSERT ON t FOR EACH ROW WHEN (new.a = 3) EXECUTE FUNCTION skip();
                COPY t (a) FROM stdin;
                1
                3
                \\.
                """;
        assertThat(refusal("quiet.sql", dump(T + body).getBytes(UTF_8)))
                .isEqualTo(
                        "LOAD_FAILED: table 't' took 1 rows, the dump has 2\nA trigger of the dump changes rows while they"
                                + " are loaded; remove it from a copy of the file, or restore another backup.");
        nothingHasChanged();
    }

    @Test
    void dropsACopyWhoseRowsAreFewerThanTheBackupHas() {
        String body = """
                CREATE FUNCTION thin() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN DELETE FROM public.t; END $$;
                CREATE EVENT TRIGGER thin ON ddl_command_end WHEN TAG IN ('ALTER TABLE') EXECUTE FUNCTION thin();
                CREATE TABLE u (a int);
                ALTER TABLE u FORCE ROW LEVEL SECURITY;
                """;
        assertThat(refusal("thin.sql", dump(T + body).getBytes(UTF_8)))
                .isEqualTo("VERIFICATION_FAILED: the copy is not what the backup promises: rows: 'public.t' has 0 rows"
                        + " instead of 1\nRestore an older backup.\nKeep this backup for an inquiry; the report names each"
                        + " table.");
        nothingHasChanged();
    }

    @Test
    void lacksTablesThatAreNeeded() {
        try (RestoreBench needing = RestoreBench.postgres(
                folder.resolve("needing"), server, live, "public.t", "public.orders", "public.none")) {
            needing.put("shop.sql", dump(T + "CREATE TABLE none (a int);"));
            RestoreReport report = needing.restore("shop.sql");

            assertThat(report.error().orElseThrow().problem())
                    .isEqualTo("the copy is not what the backup promises: needed tables: 'public.orders' is missing;"
                            + " 'public.none' is empty");
        }
        nothingHasChanged();
    }

    @Test
    void aSequenceBehindItsColumnFailsAScriptByHandAndPassesInADumpThatHasItSo() {
        String body = """
                CREATE TABLE s (id serial PRIMARY KEY);
                COPY s (id) FROM stdin;
                5
                \\.
                SELECT pg_catalog.setval('s_id_seq', 2, true);
                """;
        RestoreReport byHand = bench.put("by-hand.sql", body).restoreConfirmed("by-hand.sql");
        assertThat(byHand.error().orElseThrow().problem())
                .isEqualTo(
                        "the copy is not what the backup promises: sequences: sequence public.s_id_seq stands at 2, and public.s.id"
                                + " holds 5");
        nothingHasChanged();
        RestoreReport dumped = bench.put("dump.sql", dump(body)).restore("dump.sql");
        assertThat(dumped.error()).isEmpty();
        assertThat(dumped.verification().checks())
                .contains(
                        new Verification.Check(
                                "sequences-in-backup",
                                Verification.Status.PASSED,
                                "it is so in the backup itself: sequence public.s_id_seq stands at 2, and public.s.id holds 5"));
    }
}
