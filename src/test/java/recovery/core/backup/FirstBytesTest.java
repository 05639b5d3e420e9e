package recovery.core.backup;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_16LE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import java.util.Random;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(value = 20, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class FirstBytesTest {
    private static final String READS = "; this version reads SQL scripts and SQLite files, plain or gzip";

    @ParameterizedTest
    @CsvSource({
        "shop-pg15.sql.gz,               SQL,             GZIP, false, POSTGRESQL",
        "shop-pg15-inserts.sql.gz,       SQL,             GZIP, false, POSTGRESQL",
        "shop-pg15-create-clean.sql.gz,  SQL,             GZIP, false, POSTGRESQL",
        "shop-pg15-schema.sql.gz,        SQL,             GZIP, false, POSTGRESQL",
        "shop-pg15-data.sql.gz,          SQL,             GZIP, false, POSTGRESQL",
        "shop.sql,                       SQL,             NONE, false, POSTGRESQL",
        "shop-dump.sql,                  SQL,             NONE, false, SQLITE",
        "shop-sqlite.sql,                SQL,             NONE, false, SQLITE",
        "shop-d1-schema.sql,             SQL,             NONE, false, SQLITE",
        "shop-d1-export.sql.gz,          SQL,             GZIP, false, SQLITE",
        "shop-d1-data-only.sql.gz,       SQL,             GZIP, false,",
        "shop.db.gz,                     SQLITE_DATABASE, GZIP, false, SQLITE",
        "shop-pg15.dump,                 PG_CUSTOM,       NONE, false, POSTGRESQL",
        "shop-pg15-none.dump,            PG_CUSTOM,       NONE, false, POSTGRESQL",
        "shop-pg15-piped.dump,           PG_CUSTOM,       NONE, false, POSTGRESQL",
        "shop-pg16.dump,                 PG_CUSTOM,       NONE, false, POSTGRESQL",
        "shop-pg17-lz4.dump,             PG_CUSTOM,       NONE, false, POSTGRESQL",
        "shop-pg18-zstd.dump,            PG_CUSTOM,       NONE, false, POSTGRESQL",
        "shop-pg15.tar.gz,               PG_TAR,          GZIP, false, POSTGRESQL",
        "shop-pg15-directory.tar,        TAR,             NONE, false,",
        "asset-data-20241218-020000.tar.gz, TAR,          GZIP, false,",
        "shop-pg17.sql.zst,              UNKNOWN,         ZSTD, false,",
        "shop-pg18.sql.lz4,              UNKNOWN,         LZ4,  false,",
        "shop-pg15.sql.gz.gpg,           UNKNOWN,         NONE, true,",
        "shop-pg15-symmetric.dump.gpg,   UNKNOWN,         NONE, true,",
        "shop.db.gz.gpg,                 UNKNOWN,         NONE, true,",
        "shop-sqlcipher.db.gz,           UNKNOWN,         GZIP, false,"
    })
    void knowsTheSampleBackups(
            String file, BackupFormat format, Compression compression, boolean encrypted, Engine engine)
            throws IOException {
        Look look = FirstBytes.look(head(file), false);

        assertThat(look.format()).isEqualTo(format);
        assertThat(look.compression()).isEqualTo(compression);
        assertThat(look.encrypted()).isEqualTo(encrypted);
        assertThat(look.engine()).isEqualTo(Optional.ofNullable(engine));
        assertThat(look.reason().isEmpty())
                .isEqualTo(format == BackupFormat.SQL || format == BackupFormat.SQLITE_DATABASE);
    }

    @Test
    void namesWhatItCannotRestore() throws IOException {
        assertThat(reason(head("shop-pg15.dump"))).isEqualTo("a pg_dump custom archive" + READS);
        assertThat(reason(head("shop-pg15.tar.gz"))).isEqualTo("a pg_dump tar archive" + READS);
        assertThat(reason(head("shop-pg15-directory.tar"))).isEqualTo("a tar archive" + READS);
        assertThat(reason(head("shop-pg17.sql.zst"))).isEqualTo("compressed by zstd" + READS);
        assertThat(reason(head("shop.db.gz.gpg"))).isEqualTo("encrypted by OpenPGP" + READS);
        assertThat(reason(bytes("-- MySQL dump 10.13\n--\nCREATE TABLE `a` (x int);\n")))
                .isEqualTo("a MySQL dump" + READS);
        assertThat(reason(head("sample-public-key.asc"))).isEqualTo("an OpenPGP key or signature, not a backup");
        assertThat(reason(bytes("\n-----BEGIN PGP MESSAGE-----\n\nhQIMA"))).isEqualTo("encrypted by OpenPGP" + READS);
        assertThat(reason(gzip(gzip(bytes("SELECT 1;"))))).isEqualTo("compressed twice" + READS);
    }

    @ParameterizedTest
    @CsvSource({
        "'', the file is empty",
        "89504e470d0a1a0a0000000d49484452, 'a picture or a video, not a backup'",
        "ffd8ffe000104a464946, 'a picture or a video, not a backup'",
        "255044462d312e37, 'a PDF document, not a backup'",
        "3c21444f43545950452068746d6c3e, 'a web page (HTML), perhaps the error page of a download'",
        "48656c6c6f20776f726c640a, 'text, but no SQL script'",
        "7b2261223a317d, 'text, but no SQL script'",
        "2d2d206e6f7468696e670a, text without any SQL statement",
        "7f454c460201010000, not recognised: neither SQL nor a SQLite file; it may be encrypted or damaged",
        "1f8b, damaged gzip: the file ends before its content begins",
        "1f8b08ffffffffffffffffff, damaged gzip: the file ends before its content begins",
        "1f8b0900000000000003, damaged gzip: its content cannot be read",
    })
    void saysWhatAStrangeFileIs(String hex, String reason) {
        Look look = FirstBytes.look(HexFormat.of().parseHex(hex), true);

        assertThat(look.reason()).contains(reason);
        assertThat(look.format()).isEqualTo(BackupFormat.UNKNOWN);
    }

    @Test
    void findsNothingInsideOfAnEmptyGzip() throws IOException {
        assertThat(reason(gzip(new byte[0]))).isEqualTo("the file is empty inside its gzip compression");
    }

    @Test
    void tellsThatUtf16IsOfNoUse() {
        assertThat(reason("\uFEFFSELECT 1;".getBytes(UTF_16LE)))
                .isEqualTo("text in UTF-16, which no database reads; convert it to UTF-8 first");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "INSERT INTO a VALUES (1);",
                "\uFEFF-- a comment\n/* another\n */ create table a (x int);",
                "\\restrict abc\n\\connect shop\nSET statement_timeout = 0;",
                "begin;\ninsert into a values (1);\ncommit;",
                "BEGIN TRANSACTION;\nCREATE TABLE a(x);",
                "DROP TABLE IF EXISTS a;",
                "DROP DATABASE shop;",
                "CREATE UNLOGGED TABLE a (x int);",
                "CREATE OR REPLACE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1';",
                "ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO a;",
                "SELECT pg_catalog.set_config('search_path', '', false);",
                "COPY public.a (x) FROM stdin;\n1\n\\.\n",
                "WITH a AS (SELECT 1) INSERT INTO b SELECT * FROM a;",
                "SET search_path TO shop;",
                "DO $$ BEGIN NULL; END $$;",
                "GRANT ALL ON TABLE a TO b;",
                "UPDATE a SET x = 1;",
                "PRAGMA foreign_keys=OFF;"
            })
    void takesScriptsWrittenByHandForSql(String script) {
        assertThat(FirstBytes.look(script.getBytes(UTF_8), true).reason()).isEmpty();
        assertThat(FirstBytes.look(script.getBytes(UTF_8), true).format()).isEqualTo(BackupFormat.SQL);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Set up the server by hand; then call Ann.",
                "Create a new key; keep it safe.",
                "Begin with the first step; go on.",
                "With love, Ann; see you.",
                "Select a backup and press the button",
                "---\ntitle: notes;\n",
                "id,name\n1,Ann;\n"
            })
    void doesNotTakeEnglishForSql(String text) {
        assertThat(reason(text.getBytes(UTF_8))).isEqualTo("text, but no SQL script");
    }

    @Test
    void readsScriptsInOtherEncodings() {
        assertThat(FirstBytes.look("INSERT INTO a VALUES ('größe');".getBytes(ISO_8859_1), true)
                        .reason())
                .isEmpty();
    }

    @Test
    void answersForEveryPrefixOfABackup() throws IOException {
        byte[] head = head("shop-pg15.sql.gz");
        for (int length = 1; length < 2_000; length++) {
            Look look = FirstBytes.look(Arrays.copyOf(head, length), true);
            assertThat(look.format()).as("%d bytes", length).isIn(BackupFormat.SQL, BackupFormat.UNKNOWN);
        }
    }

    @Test
    void survivesFlippedBytes() throws IOException {
        long seed = System.nanoTime();
        System.out.println("seed of survivesFlippedBytes: " + seed);
        Random random = new Random(seed);
        for (String file : new String[] {"shop-pg15.sql.gz", "shop.db.gz", "shop-pg15.sql.gz.gpg", "shop-dump.sql"}) {
            for (int i = 0; i < 500; i++) {
                byte[] head = head(file);
                for (int flips = 0; flips < 1 + i % 3; flips++) {
                    head[random.nextInt(Math.min(64, head.length))] ^= (byte) (1 << random.nextInt(8));
                }
                assertThat(FirstBytes.look(head, false)).isNotNull();
            }
        }
    }

    private static String reason(byte[] file) {
        return FirstBytes.look(file, true).reason().orElse("restorable");
    }

    private static byte[] bytes(String text) {
        return text.getBytes(UTF_8);
    }

    private static byte[] head(String name) throws IOException {
        try (InputStream in = FirstBytesTest.class.getResourceAsStream("/backups/heads/" + name)) {
            assertThat(in).as(name).isNotNull();
            return in.readAllBytes();
        }
    }

    static byte[] gzip(byte[] content) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(bytes)) {
            out.write(content);
        }
        return bytes.toByteArray();
    }
}
