package recovery.core.dump.sqlite.cipher;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import recovery.core.error.ErrorCode;
import recovery.core.error.RecoveryException;
import recovery.harness.PostgresTools;
import recovery.harness.RestoreBench;
import recovery.harness.SqlCipherFile;

/** Files of every version and page size, written by an encoder that shares nothing with the reader. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class PageKeysTest {
    private static final String ROWS =
            "CREATE TABLE t (a INTEGER PRIMARY KEY, b TEXT); WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n"
                    + " WHERE i < 2000) INSERT INTO t SELECT i, 'row ' || i FROM n";
    private static final byte[] KEY = key();

    @TempDir
    private Path folder;

    private static byte[] key() {
        byte[] key = new byte[32];
        new Random(7).nextBytes(key);
        return key;
    }

    private static String raw(byte[]... parts) {
        StringBuilder text = new StringBuilder("x'");
        Stream.of(parts).forEach(part -> text.append(HexFormat.of().formatHex(part)));
        return text.append('\'').toString();
    }

    private static Optional<PageKeys> open(byte[] file, String key) {
        byte[] head = Arrays.copyOf(file, Math.min(file.length, PageKeys.HEAD_BYTES));
        try (DatabaseKey tried = DatabaseKey.of(key.toCharArray())) {
            return PageKeys.open(head, tried);
        }
    }

    private static byte[] decrypted(byte[] file, PageKeys keys) throws IOException {
        try (DecryptedPages pages = new DecryptedPages(keys, new byte[0], new ByteArrayInputStream(file))) {
            return pages.readAllBytes();
        }
    }

    /** But for the reserved bytes, which hold IV and seal. */
    private static void assertSameContent(byte[] plain, byte[] found, int pageSize, int reserve) {
        assertThat(found).hasSameSizeAs(plain);
        for (int page = 0; page < plain.length; page += pageSize) {
            assertThat(Arrays.copyOfRange(found, page, page + pageSize - reserve))
                    .as("page at %d", page)
                    .isEqualTo(Arrays.copyOfRange(plain, page, page + pageSize - reserve));
        }
    }

    static List<Arguments> everyFormat() {
        SqlCipherFile sha256 = new SqlCipherFile("SHA256", 256_000, "SHA256", 0, 9);
        SqlCipherFile mixed = new SqlCipherFile("SHA512", 256_000, "SHA256", 0, 10);
        return Stream.of(SqlCipherFile.V4, SqlCipherFile.V3, SqlCipherFile.V2, SqlCipherFile.V1, sha256, mixed)
                .flatMap(format -> Stream.of(512, 1024, 2048, 4096, 8192, 16_384, 32_768, 65_536)
                        // SQLite wants 480 bytes of a page for itself
                        .filter(size -> size - format.reserve() >= 480)
                        .map(size -> Arguments.of(format, size)))
                .toList();
    }

    @ParameterizedTest
    @MethodSource("everyFormat")
    void opensByTheKeyItself(SqlCipherFile format, int pageSize) throws Exception {
        byte[] plain = format.plain(folder, pageSize, ROWS);
        byte[] file = format.encrypted(plain, KEY, format.salt());

        try (PageKeys keys = open(file, raw(KEY)).orElseThrow()) {
            assertThat(keys.pageSize()).isEqualTo(pageSize);
            assertThat(keys.reserve()).isEqualTo(format.reserve());
            assertThat(keys.hasSeals()).isEqualTo(!format.hmac().isEmpty());
            assertSameContent(plain, decrypted(file, keys), pageSize, format.reserve());
        }
        KEY[0]++;
        assertThat(open(file, raw(KEY))).isEmpty();
        KEY[0]--;
    }

    static List<Arguments> everyVersion() {
        return List.of(
                Arguments.of(SqlCipherFile.V4, "SQLCipher 4, pages of 8192 bytes, each sealed by HMAC-SHA512"),
                Arguments.of(SqlCipherFile.V3, "SQLCipher 3, pages of 8192 bytes, each sealed by HMAC-SHA1"),
                Arguments.of(SqlCipherFile.V2, "SQLCipher 2, pages of 8192 bytes, each sealed by HMAC-SHA1"),
                Arguments.of(SqlCipherFile.V1, "SQLCipher 1, pages of 8192 bytes, without seals"));
    }

    @ParameterizedTest
    @MethodSource("everyVersion")
    void opensByAPassphraseWithUmlauts(SqlCipherFile format, String title) throws Exception {
        byte[] plain = format.plain(folder, 8192, ROWS);
        byte[] file = format.encrypted(plain, "grüne Äpfel €");

        try (PageKeys keys = open(file, "grüne Äpfel €").orElseThrow()) {
            assertThat(keys.title()).isEqualTo(title);
            assertSameContent(plain, decrypted(file, keys), 8192, format.reserve());
        }
        assertThat(open(file, "gruene Aepfel")).isEmpty();
    }

    @Test
    void opensTheSampleOfSqlCipherItself() throws Exception {
        byte[] file = PostgresTools.unpacked(RestoreBench.sample("shop-sqlcipher.db.gz"));

        try (PageKeys keys = open(file, "correct horse battery").orElseThrow()) {
            assertThat(keys.title()).isEqualTo("SQLCipher 4, pages of 4096 bytes, each sealed by HMAC-SHA512");
            assertThat(new String(decrypted(file, keys), UTF_8))
                    .startsWith("SQLite format 3\0")
                    .contains("CREATE TABLE");
        }
    }

    @Test
    void takesTheSaltOfAReadableHeaderFromTheKey() throws Exception {
        SqlCipherFile format = new SqlCipherFile("SHA512", 256_000, "SHA512", 32, 5);
        byte[] plain = format.plain(folder, 4096, ROWS);
        byte[] file = format.encrypted(plain, KEY, format.salt());

        try (PageKeys keys = open(file, raw(KEY, format.salt())).orElseThrow()) {
            assertThat(keys.title())
                    .isEqualTo("SQLCipher 4, pages of 4096 bytes, each sealed by HMAC-SHA512, readable header");
            assertSameContent(plain, decrypted(file, keys), 4096, 80);
        }
        assertThat(open(file, raw(KEY))).isEmpty();
    }

    @Test
    void findsEveryChangedByteOfASealedPage() throws Exception {
        SqlCipherFile format = SqlCipherFile.V4;
        byte[] file = format.encrypted(format.plain(folder, 1024, ROWS), KEY, format.salt());
        try (PageKeys keys = open(file, raw(KEY)).orElseThrow()) {
            PageCipher cipher = keys.cipher();
            for (int at = 1024; at < 2048; at++) {
                assertThat(cipher.isSealed(file, 1024, 2)).isTrue();
                file[at] ^= 1;
                assertThat(cipher.isSealed(file, 1024, 2)).as("byte %d", at).isFalse();
                file[at] ^= 1;
            }
        }
    }

    @Test
    void refusesAPageInThePlaceOfAnotherAndAnEndWithinAPage() throws Exception {
        SqlCipherFile format = SqlCipherFile.V4;
        byte[] file = format.encrypted(format.plain(folder, 1024, ROWS), KEY, format.salt());
        try (PageKeys keys = open(file, raw(KEY)).orElseThrow()) {
            byte[] cut = Arrays.copyOf(file, file.length - 1);
            assertThatThrownBy(() -> decrypted(cut, keys))
                    .isInstanceOf(RecoveryException.class)
                    .hasMessage("the encrypted SQLite file ends inside its page %d, after 1023 of 1024 bytes"
                            .formatted(file.length / 1024));
            byte[] moved = file.clone();
            System.arraycopy(file, 1024, moved, 2048, 1024);
            assertThatThrownBy(() -> decrypted(moved, keys))
                    .isInstanceOfSatisfying(
                            RecoveryException.class,
                            refusal -> assertThat(refusal.code()).isEqualTo(ErrorCode.DUMP_DAMAGED))
                    .hasMessage("page 3 of the encrypted SQLite file is not what was written: its HMAC does not fit");
        }
    }

    @Test
    void takesATextThatIsNearlyAKeyForAPassphrase() {
        for (String text : List.of("x'12'", "x'" + "g".repeat(64) + "'", "x'" + "0".repeat(64), "'" + "0".repeat(66))) {
            try (DatabaseKey key = DatabaseKey.of(text.toCharArray())) {
                assertThat(key.isRaw()).as(text).isFalse();
            }
        }
        try (DatabaseKey key = DatabaseKey.of(("X'" + "aF".repeat(48) + "'").toCharArray())) {
            assertThat(key.isRaw()).isTrue();
            assertThat(key.salt()).isPresent();
            assertThat(key).hasToString("***");
        }
    }
}
