package recovery.core.backup;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_16LE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
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
import recovery.core.layer.Layers;

@Timeout(value = 20, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class FirstBytesTest {
    private static final String READS = "; this version reads SQL scripts, SQLite files and archives of pg_dump";

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
        "shop-pg15-directory.tar,        PG_DIRECTORY,    NONE, false, POSTGRESQL",
        "asset-data-20241218-020000.tar.gz, SQLITE_DATABASE, GZIP, false, SQLITE",
        "shop-pg17.sql.zst,              SQL,             ZSTD, false, POSTGRESQL",
        "shop-pg18.sql.lz4,              SQL,             LZ4,  false, POSTGRESQL",
        "shop-pg15.sql.gz.gpg,           UNKNOWN,         NONE, true,",
        "shop-pg15-symmetric.dump.gpg,   UNKNOWN,         NONE, true,",
        "shop.db.gz.gpg,                 UNKNOWN,         NONE, true,",
        "shop-sqlcipher.db.gz,           SQLITE_ENCRYPTED, GZIP, false, SQLITE"
    })
    void knowsTheSampleBackups(
            String file, BackupFormat format, Compression compression, boolean encrypted, Engine engine)
            throws IOException {
        Look look = look(head(file), false);

        assertThat(look.format()).isEqualTo(format);
        assertThat(look.compression()).isEqualTo(compression);
        assertThat(look.encrypted()).isEqualTo(encrypted);
        assertThat(look.engine()).isEqualTo(Optional.ofNullable(engine));
        assertThat(look.reason().isEmpty()).isEqualTo(format != BackupFormat.UNKNOWN || encrypted);
    }

    @Test
    void namesWhatItCannotRestore() throws IOException {
        assertThat(reason(bytes("-- MySQL dump 10.13\n--\nCREATE TABLE `a` (x int);\n")))
                .isEqualTo("a MySQL dump" + READS);
        assertThat(reason(head("sample-public-key.asc"))).isEqualTo("an OpenPGP key or signature, not a backup");
        assertThat(reason(new byte[] {'7', 'z', (byte) 0xbc, (byte) 0xaf, 0x27, 0x1c, 0, 4}))
                .isEqualTo("packed with 7-Zip, which cannot be read here" + READS);
        assertThat(reason(gzip(gzip(gzip(gzip(gzip(bytes("SELECT 1;"))))))))
                .isEqualTo("packed more than 4 times in itself" + READS);
    }

    @Test
    void looksBehindEveryLayerButEncryption() throws IOException {
        assertThat(reason(gzip(gzip(bytes("SELECT 1;"))))).isEqualTo("restorable");
        Look look = look(gzip(bytes("\n-----BEGIN PGP MESSAGE-----\n\nhQIMA")), true);
        assertThat(look.encrypted()).isTrue();
        assertThat(look.compression()).isEqualTo(Compression.GZIP);
        assertThat(look.format()).isEqualTo(BackupFormat.UNKNOWN);
        assertThat(look.reason()).isEmpty();
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
        "7f454c460201010000, 'not recognised: neither SQL, nor an archive of pg_dump, nor a SQLite file; it may be encrypted or damaged'",
        "1f8b, 'the gzip file ends too early, at byte 2 of the file'",
        "1f8b08ffffffffffffffffff, 'the gzip file is damaged: its header has unknown flags (ff), at byte 4 of the file'",
        "1f8b0900000000000003, 'the gzip file is damaged: its header names compression method 9 and only 8 exists, at byte 3 of the file'",
    })
    void saysWhatAStrangeFileIs(String hex, String reason) throws IOException {
        Look look = look(HexFormat.of().parseHex(hex), true);

        assertThat(look.reason()).contains(reason);
        assertThat(look.format()).isEqualTo(BackupFormat.UNKNOWN);
    }

    @Test
    void findsNothingInsideOfAnEmptyGzip() throws IOException {
        assertThat(reason(gzip(new byte[0]))).isEqualTo("holds nothing: there are 0 bytes inside its gzip layer");
    }

    @Test
    void tellsThatUtf16IsOfNoUse() throws IOException {
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
    void takesScriptsWrittenByHandForSql(String script) throws IOException {
        assertThat(look(script.getBytes(UTF_8), true).reason()).isEmpty();
        assertThat(look(script.getBytes(UTF_8), true).format()).isEqualTo(BackupFormat.SQL);
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
    void doesNotTakeEnglishForSql(String text) throws IOException {
        assertThat(reason(text.getBytes(UTF_8))).isEqualTo("text, but no SQL script");
    }

    @Test
    void readsScriptsInOtherEncodings() throws IOException {
        assertThat(look("INSERT INTO a VALUES ('größe');".getBytes(ISO_8859_1), true)
                        .reason())
                .isEmpty();
    }

    @Test
    void answersForEveryPrefixOfABackup() throws IOException {
        byte[] head = head("shop-pg15.sql.gz");
        for (int length = 1; length < 2_000; length++) {
            Look look = look(Arrays.copyOf(head, length), true);
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
                assertThat(look(head, false)).isNotNull();
            }
        }
    }

    private static Look look(byte[] head, boolean whole) throws IOException {
        Path file = Files.createTempFile("head", ".bin");
        try {
            Files.write(file, head);
            return FirstBytes.look(head, whole, () -> Layers.behind(file));
        } finally {
            Files.delete(file);
        }
    }

    private static String reason(byte[] file) throws IOException {
        return look(file, true).reason().orElse("restorable");
    }

    private static byte[] bytes(String text) {
        return text.getBytes(UTF_8);
    }

    private static byte[] head(String name) throws IOException {
        // of these the first 8 KiB cannot be unpacked
        String folder = name.endsWith(".zst") || name.endsWith(".lz4") ? "/backups/" : "/backups/heads/";
        try (InputStream in = FirstBytesTest.class.getResourceAsStream(folder + name)) {
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
