package recovery.core.dump.sqlite;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_16LE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import recovery.core.dump.DumpPart;
import recovery.core.dump.DumpPart.Statement;
import recovery.core.dump.DumpReader.Proof;
import recovery.core.error.ErrorCode;
import recovery.core.error.RecoveryException;

@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class SqliteScriptReaderTest {
    private static final String DUMP = """
            PRAGMA foreign_keys=OFF;
            BEGIN TRANSACTION;
            CREATE TABLE "a;b" (x TEXT /* ; */, y INT);
            INSERT INTO "a;b" VALUES('it''s; -- fine',1),('/*',2);
            CREATE TRIGGER t AFTER INSERT ON "a;b" BEGIN UPDATE "a;b" SET x = CASE WHEN 1 THEN 'END;' END; END;
            COMMIT;
            """;

    @Test
    void findsTheEndsThatSqliteFinds() throws Exception {
        assertThat(statements(DUMP.getBytes(UTF_8)))
                .extracting(Statement::sql)
                .containsExactly(
                        "PRAGMA foreign_keys=OFF",
                        "BEGIN TRANSACTION",
                        "CREATE TABLE \"a;b\" (x TEXT /* ; */, y INT)",
                        "INSERT INTO \"a;b\" VALUES('it''s; -- fine',1),('/*',2)",
                        "CREATE TRIGGER t AFTER INSERT ON \"a;b\" BEGIN UPDATE \"a;b\" SET x = CASE WHEN 1 THEN 'END;' END; END",
                        "COMMIT");
    }

    @Test
    void saysWhereEachStatementBeginsAndWhatItIsAbout() throws Exception {
        List<Statement> statements = statements(("\uFEFF-- a comment; here\n\n;\n" + DUMP).getBytes(UTF_8));

        assertThat(statements).extracting(Statement::line).containsExactly(4L, 5L, 6L, 7L, 8L, 9L);
        assertThat(statements)
                .extracting(one -> one.entry().kind() + " " + one.entry().name())
                .containsExactly(
                        "PRAGMA foreign_keys",
                        "BEGIN ",
                        "CREATE TABLE a;b",
                        "INSERT a;b",
                        "CREATE TRIGGER t",
                        "COMMIT ");
        assertThat(statements.get(3).rows()).hasValue(2);
        assertThat(statements.get(3).position())
                .isEqualTo(("\uFEFF-- a comment; here\n\n;\n" + DUMP).indexOf("INSERT INTO") + 2L);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "INSERT INTO t VALUES(1)|t|1",
                "insert into main.[t x](a, b) values (1,(2)),('),(', x'00') , (3,4)|t x|3",
                "`INSERT INTO \"q\"\"q\" AS z (a) VALUES (1) -- (\n`|q\"q|1",
                "INSERT INTO t(a) /* ( */ VALUES (replace('x','(',char(10))),(2)|t|2",
                "INSERT INTO t DEFAULT VALUES|t|1",
                "INSERT INTO t SELECT * FROM (SELECT 1)|t|-1",
                "INSERT INTO t VALUES (1) ON CONFLICT (a) DO NOTHING|t|-1",
                "INSERT INTO t VALUES (1) UNION SELECT 2|t|-1",
                "INSERT OR IGNORE INTO t VALUES (1)|t|-1",
                "REPLACE INTO t VALUES (1)|t|-1",
            })
    void countsTheRowsOfAnInsertOrSaysThatItCannot(String sql, String table, long rows) throws Exception {
        Statement statement = statements((sql + ";").getBytes(UTF_8)).get(0);

        assertThat(statement.entry().name()).isEqualTo(table);
        assertThat(statement.rows()).isEqualTo(rows < 0 ? OptionalLong.empty() : OptionalLong.of(rows));
    }

    @Test
    void neverTakesAPartOfADumpForTheWhole() {
        byte[] whole = DUMP.getBytes(UTF_8);
        for (int length = 0; length < whole.length - 1; length++) {
            byte[] cut = Arrays.copyOf(whole, length);
            assertThatThrownBy(() -> statements(cut))
                    .as("cut after %d bytes", length)
                    .isInstanceOfSatisfying(
                            RecoveryException.class,
                            refused -> assertThat(refused.code()).isEqualTo(ErrorCode.DUMP_TRUNCATED));
        }
    }

    @Test
    void saysWhichScriptsCanProveTheirEnd() throws Exception {
        assertThat(proof(DUMP)).isEqualTo(Proof.END_MARKED);
        assertThat(proof("BEGIN TRANSACTION; CREATE TABLE t(x); COMMIT;")).isEqualTo(Proof.END_MARKED);
        assertThat(proof("PRAGMA defer_foreign_keys=TRUE;\nCREATE TABLE t(x);")).isEqualTo(Proof.NONE);
        assertThat(proof("PRAGMA foreign_keys=OFF;\nCREATE TABLE t(x);")).isEqualTo(Proof.NONE);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "`PRAGMA foreign_keys=OFF;\nBEGIN TRANSACTION;\nROLLBACK; -- due to errors\n`|DUMP_DAMAGED",
                "`CREATE TABLE t(x);\n/****** CORRUPTION ERROR *******/\n`|DUMP_DAMAGED",
                "`CREATE TABLE t(x);\n.shell rm -rf /\n`|DUMP_DANGEROUS",
                "`--\n-- PostgreSQL database dump\n--\nSET x = 1;`|BACKUP_OTHER_ENGINE",
                "`COPY t FROM stdin;\n1\n\\.\n`|BACKUP_OTHER_ENGINE",
                "`\\restrict abc\n`|BACKUP_OTHER_ENGINE",
                "`-- MySQL dump 10.13\nSET x = 1;`|BACKUP_OTHER_ENGINE",
                "`BEGIN;CREATE TABLE t(x);`|DUMP_TRUNCATED",
            })
    void refusesScriptsThatAreNotWhatTheyShouldBe(String script, ErrorCode code) {
        assertThatThrownBy(() -> statements(script.getBytes(UTF_8)))
                .isInstanceOfSatisfying(
                        RecoveryException.class,
                        refused -> assertThat(refused.code()).isEqualTo(code));
    }

    @Test
    void refusesAZeroByteBecauseSqliteWouldStopReadingThere() {
        assertThatThrownBy(() -> statements("CREATE TABLE t(x);\nINSERT INTO t VALUES ('a\u0000b');".getBytes(UTF_8)))
                .hasMessage("the statement in line 2 holds a zero byte (at byte 19 of the dump)");
    }

    @Test
    void neverChangesTextOfAnotherEncodingSilently() throws Exception {
        String script = "CREATE TABLE t(x);\nINSERT INTO t VALUES ('ü\uFFFD');\n";

        assertThat(statements(script.getBytes(UTF_8))).hasSize(2);
        assertThatThrownBy(() -> statements("CREATE TABLE t(x);\nINSERT INTO t VALUES ('ü');\n".getBytes(ISO_8859_1)))
                .hasMessage("the statement in line 2 is not written in UTF-8 (at byte 19 of the dump)");
        assertThatThrownBy(() -> statements(("\uFEFF" + script).getBytes(UTF_16LE)))
                .hasMessage("the script is written in UTF-16, as PowerShell writes files");
    }

    @Test
    void skipsTheLineThatTheShellPutsAboveARecoveredDatabase() throws Exception {
        assertThat(statements(".dbconfig defensive off\nBEGIN;\nCREATE TABLE t(x);\nCOMMIT;\n".getBytes(UTF_8)))
                .hasSize(3);
    }

    @ParameterizedTest
    @ValueSource(ints = {524_287, 524_288, 5_000_000})
    void takesStatementsThatStraddleTheBuffer(int length) throws Exception {
        String blob = "INSERT INTO t VALUES (X'" + "ab".repeat(length / 2) + "')";

        List<Statement> statements = statements((blob + ";" + blob + ";\n").getBytes(UTF_8));

        assertThat(statements).extracting(Statement::sql).containsExactly(blob, blob);
    }

    @Test
    void readsTheSampleDumpLikeItsLines() throws Exception {
        byte[] dump = SqliteScriptReaderTest.class
                .getResourceAsStream("/backups/shop-dump.sql")
                .readAllBytes();
        List<Statement> statements = statements(dump);
        StringBuilder again = new StringBuilder();
        for (Statement one : statements) {
            assertThat(new String(dump, (int) one.position(), 6, UTF_8))
                    .isEqualTo(one.sql().substring(0, 6));
            again.append(one.sql()).append(";\n");
        }
        assertThat(again.toString().getBytes(UTF_8)).isEqualTo(dump);
    }

    @Test
    void neverFailsInAnyOtherWayOnFlippedBytes() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int round = 0; round < 3000; round++) {
            byte[] bytes = DUMP.getBytes(UTF_8);
            for (int flips = 0; flips < 1 + round % 3; flips++) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
            }
            try {
                assertThat(statements(bytes)).isNotEmpty();
            } catch (RecoveryException refused) {
                assertThat(refused.code()).isNotEqualTo(ErrorCode.BUG);
            } catch (IOException | RuntimeException wrong) {
                throw new AssertionError("seed " + seed + ", round " + round, wrong);
            }
        }
    }

    @Test
    void takesInsertsOfOneFormAsTheValuesTheyHold() throws Exception {
        String insert = "INSERT INTO t(a, b) VALUES";
        String usual = insert + "(1,'x');\n";
        String[] more = {
            insert + "(-7 , 'it''s; --\n')\n;\n",
            insert + "\n(NULL,replace(replace('a\\r\\nü','\\r',char(13)),'\\n',CHAR( 10 )));",
            "  " + insert + "(999999999999999999,x'00fF');",
            insert + "(0,unistr('a\\u000ab\\\\'));",
        };
        String script = usual.repeat(20) + String.join("", more) + insert + "(1,2.50e-3);" + insert + "(1,'x'||'y');";

        SqliteScriptReader reader = new SqliteScriptReader(stuttering(script.getBytes(UTF_8)));
        for (int i = 0; i < 16; i++) {
            assertThat(reader.nextRows()).isEmpty();
            assertThat(reader.next()).isPresent();
        }
        InsertRows rows = reader.nextRows().orElseThrow();
        assertThat(rows.entry().name()).isEqualTo("t");
        assertThat(rows.count()).isEqualTo(8);
        assertThat(rows.sql(2)).isEqualTo(insert + "(?,?),(?,?)");
        assertThat(row(rows, 3)).containsExactly(1L, "x");
        assertThat(row(rows, 4)).containsExactly(-7L, "it's; --\n");
        assertThat(row(rows, 5)).containsExactly(null, "a\r\nü");
        assertThat(row(rows, 6)).containsExactly(999999999999999999L, new byte[] {0, -1});
        assertThat(row(rows, 7)).containsExactly(0L, "a\nb\\");
        assertThat(rows.line(7)).isEqualTo(25);
        assertThat(rows.position(6))
                .isEqualTo(script.getBytes(UTF_8).length - (script.length() - script.indexOf(more[2])) + 2);
        assertThat(reader.nextRows()).as("too few for a form of their own").isEmpty();
        assertThat(((Statement) reader.next().orElseThrow()).sql()).isEqualTo(insert + "(1,2.50e-3)");
        assertThat(reader.nextRows()).isEmpty();
        assertThat(((Statement) reader.next().orElseThrow()).sql()).isEqualTo(insert + "(1,'x'||'y')");
        assertThat(reader.nextRows()).isEmpty();
        assertThat(reader.next()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "9223372036854775807",
                "0x10",
                "1_000",
                ".5",
                "5.",
                "1e",
                "'a' 'b'",
                "'a'||'b'",
                "TRUE",
                "\"x\"",
                "x'0'",
                "x'0g'",
                "- 1",
                "+1",
                "(1)",
                "1),(2",
                "1) ON CONFLICT DO NOTHING",
                "replace('a','','b')",
                "replace('a','b',char(0))",
                "replace('a','b',char(228))",
                "replace('a','b','c')",
                "unistr('\\00e4')",
                "unistr('\\u00e4')",
                "unistr('\\u001')",
                "1 /* */",
                "nullx",
                "null x",
                "'\uFFFD'",
                "1.5.5",
                "1e5e5",
                "max(1,2)",
                "",
                "1,",
                "random()"
            })
    void leavesToSqliteWhatIsMoreThanAValue(String value) throws Exception {
        String script = "INSERT INTO t VALUES(1);".repeat(16) + "INSERT INTO t VALUES(" + value + ");";
        SqliteScriptReader reader = new SqliteScriptReader(stuttering(script.getBytes(UTF_8)));
        for (int i = 0; i < 16; i++) {
            reader.next();
        }

        assertThat(reader.nextRows()).isEmpty();
        assertThat(((Statement) reader.next().orElseThrow()).sql()).isEqualTo("INSERT INTO t VALUES(" + value + ")");
    }

    @Test
    void findsTheSameWithRowsAndWithoutAlsoInBrokenScripts() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        StringBuilder script = new StringBuilder("BEGIN;\nCREATE TABLE t(a,b);\n");
        for (int i = 0; i < 60; i++) {
            script.append("INSERT INTO t VALUES(")
                    .append(i)
                    .append(i % 3 == 0 ? ",'a''\nü'" : ",1.5")
                    .append(");\n");
            script.append(i % 29 == 28 ? "INSERT INTO u VALUES(1);\n" : "");
        }
        byte[] whole = script.append("COMMIT;\n").toString().getBytes(UTF_8);
        for (int round = 0; round < 2000; round++) {
            byte[] bytes = round % 2 == 0 ? whole.clone() : Arrays.copyOf(whole, random.nextInt(whole.length));
            for (int flips = 0; flips < round % 4 && bytes.length > 0; flips++) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
            }
            assertThat(places(bytes, true)).as("seed %d, round %d", seed, round).isEqualTo(places(bytes, false));
        }
    }

    /** Where statements begin, and how it ended. */
    private static List<String> places(byte[] script, boolean withRows) {
        List<String> places = new ArrayList<>();
        SqliteScriptReader reader = new SqliteScriptReader(stuttering(script));
        try {
            while (true) {
                Optional<InsertRows> rows = withRows ? reader.nextRows() : Optional.empty();
                for (int i = 0; rows.isPresent() && i < rows.get().count(); i++) {
                    places.add(rows.get().position(i) + " " + rows.get().line(i) + " "
                            + rows.get().entry().name());
                }
                Optional<DumpPart> part = rows.isPresent() ? Optional.empty() : reader.next();
                if (part.isPresent() && part.get() instanceof Statement one) {
                    places.add(one.position() + " " + one.line() + " "
                            + one.entry().name());
                } else if (rows.isEmpty()) {
                    places.add("end");
                    return places;
                }
            }
        } catch (RecoveryException | IOException refused) {
            places.add(String.valueOf(refused.getMessage()));
            return places;
        }
    }

    private static List<Object> row(InsertRows rows, int row) {
        List<Object> values = new ArrayList<>();
        for (int column = 0; column < rows.columns(); column++) {
            values.add(rows.value(row, column));
        }
        return values;
    }

    private static Proof proof(String script) throws IOException {
        SqliteScriptReader reader = new SqliteScriptReader(new ByteArrayInputStream(script.getBytes(UTF_8)));
        reader.next();
        return reader.proof();
    }

    private static List<Statement> statements(byte[] script) throws IOException {
        SqliteScriptReader reader = new SqliteScriptReader(stuttering(script));
        List<Statement> statements = new ArrayList<>();
        for (Optional<DumpPart> part = reader.next(); part.isPresent(); part = reader.next()) {
            statements.add((Statement) part.get());
        }
        return statements;
    }

    /** Hands out few bytes per read, as a pipe or a decompressor may. */
    private static InputStream stuttering(byte[] bytes) {
        return new InputStream() {
            private int at;

            @Override
            public int read() {
                return at < bytes.length ? bytes[at++] & 0xFF : -1;
            }

            @Override
            public int read(byte[] target, int offset, int length) {
                if (at == bytes.length) {
                    return -1;
                }
                int count = Math.min(Math.min(length, 1 + at % 977), bytes.length - at);
                System.arraycopy(bytes, at, target, offset, count);
                at += count;
                return count;
            }
        };
    }
}
