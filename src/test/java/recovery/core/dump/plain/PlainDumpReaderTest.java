package recovery.core.dump.plain;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.Charset;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import recovery.core.dump.DumpPart;
import recovery.core.dump.DumpReader.DumpHeader;
import recovery.core.dump.DumpReader.Proof;
import recovery.core.dump.Entry;
import recovery.core.dump.Section;
import recovery.core.error.Note;
import recovery.core.error.RecoveryException;

@Timeout(value = 20, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class PlainDumpReaderTest {
    private static final String HEAD = "--\n-- PostgreSQL database dump\n--\n\n";
    private static final String END = "--\n-- PostgreSQL database dump complete\n--\n\n";

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "SELECT 'a;b''c;d';SELECT 2; | 2",
                "SELECT 'a\\';SELECT 2; | 2",
                "SELECT E'a\\';b', e'\\\\';SELECT 2; | 2",
                "SELECT n'a\\';SELECT 2; | 2",
                "SELECT U&'a\\',U&\"b\\\";SELECT 2; | 2",
                "SELECT B'0;1', x'f;';SELECT 2; | 2",
                "SELECT \"a;\"\"b;'\";SELECT 2; | 2",
                "SELECT $$a;'b$$, $t$;$$;$t;$t$, $ä$;$ä$;SELECT 2; | 2",
                "SELECT a$b$, 'x' AS c$b$;SELECT 2; | 2",
                "SELECT $1;SELECT 2; | 2",
                "SELECT 1 /* ; /* ; */ ' */ + 1 -- ; '~;SELECT 2; | 2",
                "SELECT 5--;~+1;SELECT 2; | 2",
                "SELECT +/*;*/1;SELECT 2; | 2",
                "CREATE RULE r AS ON INSERT TO t DO (SELECT 1; SELECT 2);SELECT 2; | 2",
                "SELECT 1)) ; SELECT 2; | 2",
                "CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT 1; SELECT CASE WHEN true THEN 1 END; END;SELECT 2; | 2",
                "create or replace procedure p() begin atomic insert into t values (1); end;SELECT 2; | 2",
                "CREATE TABLE begin (a int);SELECT 2; | 2",
                "BEGIN;SELECT 2;END; | 3",
                ";;  ;SELECT 1;; /* only a comment */ ; | 1",
                "SELECT :name, :'quoted;x', a::text, b[1:end];SELECT 2; | 2",
                "SELECT 1~;~-- a comment; with a semicolon~SELECT 2 | 2",
            })
    void findsTheEndsOfStatements(String script, int statements) {
        Parts parts = Parts.of(script.strip().replace('~', '\n'));

        assertThat(parts.statements).hasSize(statements);
        if (statements == 2) {
            assertThat(parts.statements.get(1)).isEqualTo("SELECT 2");
        }
    }

    @Test
    void followsTheSettingOfStandardStrings() {
        assertThat(Parts.of("SET standard_conforming_strings = off;SELECT 'a\\';b';"
                                + "SET standard_conforming_strings TO 'on';SELECT 'a\\';SELECT 3;")
                        .statements)
                .containsExactly(
                        "SET standard_conforming_strings = off",
                        "SELECT 'a\\';b'",
                        "SET standard_conforming_strings TO 'on'",
                        "SELECT 'a\\'",
                        "SELECT 3");
    }

    @Test
    void namesEntryPlaceAndRowsOfEachPart() {
        Parts parts = Parts.of(HEAD + "-- Dumped from database version 15.1\n-- Dumped by pg_dump version 18.6 (X)\n\n"
                + "SET a = 1;\n\n--\n-- Name: t; Type: TABLE; Schema: s; Owner: me; Tablespace: fast\n--\n\n"
                + "CREATE TABLE s.t (\n  a int\n);\n\n--\n-- Data for Name: t; Type: TABLE DATA; Schema: s; Owner: me\n--\n\n"
                + "COPY s.t (a) FROM stdin;\n1\n2\n\\.\n\n\n"
                + "INSERT INTO s.t VALUES (1), (2),\n(f(3));\n" + END);

        Entry table = new Entry(Section.PRE_DATA, "TABLE", Optional.of("s"), "t", Optional.of("me"));
        Entry data = new Entry(Section.DATA, "TABLE DATA", Optional.of("s"), "t", Optional.of("me"));
        assertThat(parts.all.get(0))
                .isEqualTo(new DumpPart.Statement(
                        Entry.NONE, "SET a = 1", parts.text.indexOf("SET a"), 8, OptionalLong.empty()));
        assertThat(parts.all.get(1))
                .isEqualTo(new DumpPart.Statement(
                        table,
                        "CREATE TABLE s.t (\n  a int\n)",
                        parts.text.indexOf("CREATE TABLE"),
                        14,
                        OptionalLong.empty()));
        DumpPart.Rows rows = (DumpPart.Rows) parts.all.get(2);
        assertThat(rows.entry()).isEqualTo(data);
        assertThat(rows.table() + rows.columns() + rows.encoding()).isEqualTo("s.t(a)UTF8");
        assertThat(rows.line()).isEqualTo(22);
        assertThat(((DumpPart.Statement) parts.all.get(3)).line()).isEqualTo(28);
        assertThat(((DumpPart.Statement) parts.all.get(3)).rows()).hasValue(3);
        assertThat(parts.rows).containsEntry("s.t", "1\n2\n");
        assertThat(parts.reader.header()).isEqualTo(new DumpHeader(Optional.of("15.1"), Optional.of("18.6 (X)")));
        assertThat(parts.reader.proof()).isEqualTo(Proof.END_MARKED);
        assertThat(parts.reader.notes()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "INSERT INTO t VALUES (1) | 1",
                "insert into t (a, b) overriding system value values (1, (2)), (3, ')') | 2",
                "INSERT INTO t DEFAULT VALUES | 1",
                "INSERT INTO t SELECT * FROM (VALUES (1), (2)) v | -1",
                "INSERT INTO t VALUES (1) ON CONFLICT DO NOTHING | -1",
                "INSERT INTO t VALUES (1) UNION VALUES (2) | -1",
                "WITH x AS (SELECT 1) INSERT INTO t VALUES (1) | -1",
                "UPDATE t SET a = (1) | -1",
            })
    void countsTheRowsOfAnInsert(String sql, long rows) {
        DumpPart.Statement statement =
                (DumpPart.Statement) Parts.of(sql + ";").all.get(0);

        assertThat(statement.rows()).isEqualTo(rows < 0 ? OptionalLong.empty() : OptionalLong.of(rows));
    }

    @Test
    void readsFilesOfWindows() {
        Parts parts = Parts.of(
                "\uFEFF" + (HEAD + "COPY t FROM stdin;\n1\n\\.\nSELECT 'a\nb';\n" + END).replace("\n", "\r\n"));

        assertThat(parts.rows).containsEntry("t", "1\r\n");
        assertThat(parts.statements).containsExactly("SELECT 'a\r\nb'");
        assertThat(parts.reader.proof()).isEqualTo(Proof.END_MARKED);
    }

    @Test
    void refusesADumpOfPgDumpWithoutItsClosingLine() {
        assertRefused(
                HEAD + "SELECT 1;\n",
                "DUMP_TRUNCATED: the dump ends before its closing line '-- PostgreSQL database dump complete'"
                        + " (at byte 45 of the dump)\n"
                        + "  remedy: Compare the file size with the original; the copy may have been cut short.\n"
                        + "  remedy: Look into the log of the backup job: pg_dump may have stopped with an error.\n"
                        + "  remedy: Restore an older backup instead.");
        assertRefused(HEAD + "SELECT 1;\n" + HEAD + END, "DUMP_TRUNCATED: the dump ends before its closing line");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SELECT '\n-- PostgreSQL database dump complete\n';",
                "SELECT 1\n-- PostgreSQL database dump complete\n;",
                "/*\n-- PostgreSQL database dump complete\n*/",
                "COPY t FROM stdin;\n-- PostgreSQL database dump complete\n\\.\n",
                "SELECT $$\n-- PostgreSQL database dump complete\n$$;"
            })
    void believesTheClosingLineOnlyBetweenStatements(String text) {
        assertRefused(HEAD + text + "\n", "DUMP_TRUNCATED: the dump ends before its closing line");
        assertThat(Parts.of(HEAD + text + "\n" + END).reader.proof()).isEqualTo(Proof.END_MARKED);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "SELECT 1;~SELECT 'abc | a quoted text that begins in line 2 (at byte 17 of the dump)",
                "SELECT E'a\\' | a quoted text that begins in line 1 (at byte 8 of the dump)",
                "SELECT~\"abc | a quoted name that begins in line 2 (at byte 7 of the dump)",
                "SELECT $a$ $b$ | a dollar-quoted text that begins in line 1 (at byte 7 of the dump)",
                "SELECT /* /* */ | a comment that begins in line 1 (at byte 7 of the dump)",
                "SELECT~((1) | parentheses that open in line 2 (at byte 7 of the dump)",
                "CREATE FUNCTION f() BEGIN ATOMIC SELECT 1; | a BEGIN ATOMIC body of the statement that begins in line 1"
                        + " (at byte 0 of the dump)",
                "COPY t FROM stdin;~1~ | table 't', after 1 whole rows (at byte 21 of the dump)",
                "COPY t FROM stdin | the statement that begins in line 1 (at byte 0 of the dump)",
            })
    void saysWhatIsUnfinishedAndWhereItBegan(String script, String what) {
        assertRefused(script.strip().replace('~', '\n'), "DUMP_TRUNCATED: the dump ends inside " + what + "\n");
    }

    @Test
    void runsTheLastStatementOfAScriptWithoutSemicolonAsPsqlDoes() {
        Parts parts = Parts.of("SELECT 1;\nSELECT 2\n");

        assertThat(parts.statements).containsExactly("SELECT 1", "SELECT 2");
        assertThat(parts.reader.proof()).isEqualTo(Proof.NONE);
        assertRefused(
                HEAD + "SELECT 1",
                "DUMP_TRUNCATED: the dump ends inside the statement that begins in line 5 (at byte 35 of the dump)\n");
    }

    @Test
    void acceptsRestrictedDumpsWhoseKeysFit() {
        assertThat(Parts.of(HEAD + "\\restrict abC1\n\nSELECT 1;\n" + END + "\\unrestrict abC1\n\n").statements)
                .containsExactly("SELECT 1");
        assertThat(Parts.of(HEAD + "\\restrict abC1\n" + END + "\\unrestrict abC1").statements)
                .isEmpty();
        assertRefused(
                HEAD + "\\restrict abC1\n" + END,
                "DUMP_TRUNCATED: the dump ends before its closing line '\\unrestrict' (at byte ");
        assertRefused(
                HEAD + "\\restrict abC1\n" + END + "\\unrestrict ab",
                "DUMP_TRUNCATED: the dump ends inside its closing line '\\unrestrict' (at byte ");
        assertRefused(
                HEAD + "\\restrict abC1\n" + END + "\\unrestrict abC2\n",
                "DUMP_DANGEROUS: the key of '\\unrestrict' in line 10 is not that of the '\\restrict' before it");
        assertRefused("\\unrestrict x\n", "DUMP_DANGEROUS: the key of '\\unrestrict' in line 1 is not that");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\\! rm -rf /",
                "\\i other.sql",
                "\\copy t from x",
                "\\o |sh",
                "\\gexec",
                "\\set a b",
                "\\connect x"
            })
    void refusesCommandsOfPsql(String command) {
        String name = command.split(" ", -1)[0];
        String restricted = "\\restrict k\n" + command + "\n\\unrestrict k\n";

        assertRefused(
                restricted,
                "DUMP_DANGEROUS: line 2 holds the command '" + name + "' of psql (at byte 12 of the dump)\n");
        if (!name.equals("\\connect")) {
            assertRefused(
                    "SELECT 1;\n " + command + "\n", "DUMP_DANGEROUS: line 2 holds the command '" + name + "' of psql");
        }
        assertRefused(
                "SELECT 1\n" + command + "\n;",
                "DUMP_DANGEROUS: line 2 holds the command '" + name
                        + "' of psql inside a statement (at byte 9 of the dump)\n"
                        + "  remedy: Look at that line: pg_dump does not write it, and psql would run it as a command on"
                        + " your machine.");
    }

    @Test
    void refusesRowsWhoseCopyStatementIsGone() {
        assertRefused(
                "SELECT 1;\n\\.\n",
                "DUMP_DAMAGED: line 2 ends rows with '\\.', but no COPY statement stands before it");
    }

    @Test
    void notesConnectionsAndDoesNotFollowThem() {
        Parts parts = Parts.of("""
                CREATE DATABASE shop;
                \\connect -reuse-previous=on "dbname='my shop'"
                CREATE TABLE t ();
                \\c - me
                SELECT 1;
                """);

        assertThat(parts.statements).containsExactly("CREATE DATABASE shop", "CREATE TABLE t ()", "SELECT 1");
        assertThat(parts.reader.databases()).containsExactly("my shop");
        assertThat(parts.reader.notes())
                .containsExactly(
                        new Note(
                                "CONNECT_REDIRECTED",
                                "'\\connect my shop' in line 2 was not followed: everything goes into the copy."),
                        new Note(
                                "CONNECT_REDIRECTED",
                                "'\\c' in line 4 was not followed: everything goes into the copy."));
    }

    @Test
    void refusesAFileWithTheDataOfSeveralDatabases() {
        String globals = String.join(
                "\n",
                "-- PostgreSQL database cluster dump",
                "SET a = 1; CREATE ROLE x; GRANT x TO y;",
                "\\connect template1",
                HEAD + "SET a = 1;",
                END + "CREATE DATABASE shop;",
                "\\connect shop",
                HEAD + "CREATE TABLE t ();",
                END);
        String close = "-- PostgreSQL database cluster dump complete\n";

        assertThat(Parts.of(globals + close).statements).contains("CREATE TABLE t ()");
        assertRefused(globals, "DUMP_TRUNCATED: the dump ends before its closing line");
        assertRefused(
                globals + "\\connect other\n" + HEAD + "CREATE TABLE u ();\n" + END + close,
                "DATABASE_NOT_CHOSEN: the dump holds 'shop', 'other', and it was not said which database to restore");
        assertRefused(
                "CREATE TABLE t ();\n\\connect other\nCREATE TABLE u ();\n",
                "BACKUP_UNSUPPORTED: the dump fills the database it was made for, which it does not name, and 'other'");
    }

    @Test
    void readsOtherEncodings() {
        byte[] latin =
                "SET client_encoding = 'LATIN1';\nSELECT 'ä;';\nCOPY \"tä\" FROM stdin;\nü\n\\.\n".getBytes(ISO_8859_1);
        Parts parts = Parts.of(latin);

        assertThat(parts.statements.get(1)).isEqualTo("SELECT 'ä;'");
        DumpPart.Rows rows = (DumpPart.Rows) parts.all.get(2);
        assertThat(rows.table() + " " + rows.encoding()).isEqualTo("\"tä\" LATIN1");
        assertThat(parts.rows.get("\"tä\"")).isEqualTo("ü\n");
    }

    @ParameterizedTest
    @CsvSource({
        "SJIS,windows-31j,表;ソ",
        "BIG5,x-windows-950,許;功",
        "GBK,GBK,誠;乗",
        "GB18030,GB18030,誠;𠂆",
        "UHC,x-windows-949,가;똠"
    })
    void seesNoQuotesInsideOfEastAsianCharacters(String name, String charset, String text) {
        String script = "SET client_encoding = '" + name + "';\nSELECT E'" + text + "\\'" + text + "', '" + text
                + "';\nSELECT \"" + text + "\", $" + text.charAt(0) + "$;$" + text.charAt(0) + "$;\n-- " + text
                + "\nSELECT 3;";
        Parts parts = Parts.of(script.getBytes(Charset.forName(charset)));

        assertThat(parts.statements)
                .containsExactly(
                        "SET client_encoding = '" + name + "'",
                        "SELECT E'" + text + "\\'" + text + "', '" + text + "'",
                        "SELECT \"" + text + "\", $" + text.charAt(0) + "$;$" + text.charAt(0) + "$",
                        "SELECT 3");
    }

    @Test
    void refusesEncodingsThatDoNotFit() {
        assertRefused(
                "SET client_encoding = 'MULE_INTERNAL';",
                "BACKUP_UNSUPPORTED: the dump is written in the encoding 'MULE_INTERNAL', which is not known here\n"
                        + "  remedy: Dump the database again with \"pg_dump --encoding=UTF8\".");
        assertThatThrownBy(() -> Parts.of("SELECT 1;\nSELECT\n'ä';".getBytes(ISO_8859_1)))
                .hasMessage("line 3 is not valid UTF8 (at byte 18 of the dump)");
        assertThat(Parts.of("SELECT '\uFFFD';").statements).containsExactly("SELECT '\uFFFD'");
        assertThat(Parts.of("SET client_encoding = 'SQL_ASCII';SELECT 'ä';".getBytes(ISO_8859_1))
                        .statements
                        .get(1))
                .isEqualTo("SELECT 'ä'");
    }

    @Test
    void refusesWhatIsNoScript() {
        assertRefused("", "BACKUP_NOT_RECOGNISED: the dump is empty");
        assertRefused("\n<!DOCTYPE html><html>", "BACKUP_NOT_RECOGNISED: the file is a web page and not a dump");
        assertRefused("<?xml version=", "BACKUP_NOT_RECOGNISED: the file is XML and not a dump");
        assertRefused("GIF89a\u0001\u0002", "BACKUP_NOT_RECOGNISED: the file is binary and not an SQL script");
        assertRefused(
                "{\"a\": 1}",
                "BACKUP_NOT_RECOGNISED: the file does not begin like an SQL script, but with '{\"a\": 1}'");
        assertRefused(
                "Hello world;",
                "BACKUP_NOT_RECOGNISED: the file does not begin with an SQL statement, but with 'Hello world'");
        assertRefused(
                "-- MySQL dump 10.13",
                "BACKUP_OTHER_ENGINE: the file is a dump of MySQL or MariaDB, not of PostgreSQL");
        assertRefused("PRAGMA foreign_keys=OFF;", "BACKUP_OTHER_ENGINE: the file is an SQL script of SQLite");
        for (String charset : new String[] {"UTF-16", "UTF-16LE", "UTF-16BE"}) {
            assertThatThrownBy(() -> Parts.of("SELECT 1;".getBytes(Charset.forName(charset))))
                    .hasMessage("the dump is UTF-16 text, as PowerShell writes it for \"pg_dump > file\"");
        }
        assertRefused(
                "SELECT 1; -- " + "x".repeat(5000) + "\n'\0';",
                "DUMP_DAMAGED: line 2 holds a zero byte, which no SQL script does (at byte 5015 of the dump)");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "COPY t FROM '/etc/passwd'; | DUMP_DANGEROUS: the statement in line 1 reads a file or runs a program on the database"
                        + " server: 'COPY t FROM '/etc/passwd''",
                "copy t (a) from program 'id'; | DUMP_DANGEROUS: the statement in line 1 reads a file or runs a program on the"
                        + " database server: 'copy t (a) from program 'id''",
                "COPY t TO '/tmp/x'; | DUMP_DANGEROUS: the statement in line 1 writes data to somewhere else: 'COPY t TO '/tmp/x''",
                "COPY (SELECT 1) TO PROGRAM 'id'; | DUMP_DANGEROUS: the statement in line 1 writes the result of a query to"
                        + " somewhere else",
                "COPY t FROM stdin WITH (FORMAT csv); | BACKUP_UNSUPPORTED: the COPY statement in line 1 has rows in a form that is"
                        + " not read here: the option 'FORMAT csv'",
                "COPY t FROM stdin CSV; | BACKUP_UNSUPPORTED: the COPY statement in line 1 has rows in a form that is not read"
                        + " here: the option 'csv'",
                "COPY t FROM stdin NULL ''; | BACKUP_UNSUPPORTED: the COPY statement in line 1 has rows in a form that is not read"
                        + " here: the option 'NULL '''",
            })
    void refusesCopyStatementsThatAreNoRowsOfADump(String sql, String report) {
        assertRefused(sql.strip() + "\n\\.\n", report);
    }

    @Test
    void acceptsCopyOptionsThatChangeNothing() {
        Parts parts = Parts.of(
                "COPY \"A b\".\"c\"\"d\" (x, \"y)\") FROM STDIN WITH (FORMAT 'text', DELIMITER E'\\t', NULL '\\N', ENCODING 'latin1');\n1\n\\.\n");

        DumpPart.Rows rows = (DumpPart.Rows) parts.all.get(0);
        assertThat(rows.table()).isEqualTo("\"A b\".\"c\"\"d\"");
        assertThat(rows.columns()).isEqualTo("(x, \"y)\")");
        assertThat(rows.encoding()).isEqualTo("LATIN1");
    }

    @Test
    void wantsTheRowsReadBeforeTheNextPart() throws Exception {
        PlainDumpReader reader = new PlainDumpReader(new recovery.core.dump.DumpBytes(
                new java.io.ByteArrayInputStream("COPY t FROM stdin;\n1\n\\.\n".getBytes(UTF_8))));
        assertThat(reader.next()).isPresent();

        assertThatThrownBy(reader::next).isInstanceOf(IllegalStateException.class);
    }

    @ParameterizedTest
    @ValueSource(ints = {524_250, 524_270, 524_280, 524_287, 524_288, 1_100_000, 5_000_000})
    void takesStatementsOfAnyLength(int length) {
        String text = "x".repeat(length);
        Parts parts = Parts.quickly(("INSERT INTO t VALUES ('" + text + "''');\nSELECT 2;\n").getBytes(UTF_8));

        assertThat(parts.statements).containsExactly("INSERT INTO t VALUES ('" + text + "''')", "SELECT 2");
    }

    private static void assertRefused(String script, String report) {
        assertThatThrownBy(() -> Parts.of(script))
                .as(script)
                .isInstanceOfSatisfying(
                        RecoveryException.class, e -> assertThat(e.report()).startsWith(report));
    }
}
