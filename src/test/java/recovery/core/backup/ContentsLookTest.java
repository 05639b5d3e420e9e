package recovery.core.backup;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import recovery.core.layer.Layers;

class ContentsLookTest {
    private static final String PG_DUMP = "--\n-- PostgreSQL database dump\n--\n";

    @TempDir
    Path directory;

    @ParameterizedTest
    @CsvSource({
        "CREATE TABLE a (x int);, SCHEMA",
        "CREATE VIEW a AS SELECT 1;, SCHEMA",
        "CREATE UNLOGGED TABLE a (x int);|INSERT INTO a VALUES (1);, COMPLETE",
        "INSERT INTO a VALUES (1);|create table b (x int);, COMPLETE",
        "CREATE TABLE a (x int);INSERT INTO a VALUES (1);, COMPLETE",
        "insert into a values (1);, DATA",
        "CREATE TABLE a (x int);|COPY a (x) FROM stdin;|1|\\., COMPLETE",
        "COPY a (x) FROM stdin;|CREATE TABLE in a row|\\., DATA",
        "COPY a (x) FROM stdin;|1|\\.|CREATE TABLE b (x int);, COMPLETE",
        "CREATE TABLE a (x);|INSERT INTO sqlite_sequence VALUES('a';1);, SCHEMA",
        "PRAGMA foreign_keys=OFF;, UNKNOWN"
    })
    void tellsDefinitionsFromRows(String lines, Contents contents) {
        assertThat(look(lines.replace('|', '\n'), true)).isEqualTo(contents);
    }

    @Test
    void doesNotTakeTheBodyOfAFunctionForRows() {
        String function = "CREATE FUNCTION f() RETURNS void AS $$\nINSERT INTO a VALUES (1);\n$$ LANGUAGE sql;\n";
        assertThat(look(PG_DUMP + function + "CREATE TABLE a (x int);\n", true)).isEqualTo(Contents.SCHEMA);
        assertThat(look(
                        PG_DUMP + function + "CREATE TABLE a (x int);\n-- Data for Name: a; Type: TABLE DATA;\n"
                                + "INSERT INTO a VALUES (1);\n",
                        true))
                .isEqualTo(Contents.COMPLETE);
    }

    @Test
    void doesNotCallAScriptASchemaWhoseEndItHasNotSeen() {
        assertThat(look("CREATE TABLE a (x int);\n", false)).isEqualTo(Contents.UNKNOWN);
        assertThat(look("CREATE TABLE a (x int); " + "x".repeat(500) + " INSERT INTO a VALUES (1);", true))
                .isEqualTo(Contents.UNKNOWN);
    }

    @Test
    void stopsAtTheFirstRowBehindADefinition() throws IOException {
        String begin = "CREATE TABLE a (x int);\nINSERT INTO a VALUES (1);\n" + "-- filler\n".repeat(20_000);
        InputStream failing = new InputStream() {
            private final InputStream in = new ByteArrayInputStream(begin.getBytes(UTF_8));

            @Override
            public int read() throws IOException {
                throw new IOException("single bytes are not wanted");
            }

            @Override
            public int read(byte[] target, int offset, int length) throws IOException {
                if (in.available() < begin.length()) {
                    throw new IOException("it reads on");
                }
                return in.read(target, offset, length);
            }
        };
        assertThat(ContentsLook.at(failing, Long.MAX_VALUE)).isEqualTo(Contents.COMPLETE);
    }

    @Test
    void givesUpInTime() {
        assertThat(ContentsLook.at(
                        new ByteArrayInputStream(
                                "CREATE TABLE a (x int);\n".repeat(10_000).getBytes(UTF_8)),
                        -1))
                .isEqualTo(Contents.UNKNOWN);
    }

    @Test
    void looksBehindTheFirstBytesOfFiles() throws IOException {
        String definitions = PG_DUMP + "CREATE TABLE a (x int);\n" + "-- filler\n".repeat(5_000);
        String rows = "COPY public.a (x) FROM stdin;\n1\n\\.\n";
        Files.writeString(directory.resolve("complete.sql"), definitions + rows);
        Files.writeString(directory.resolve("schema.sql"), definitions);
        Files.writeString(directory.resolve("data.sql"), PG_DUMP + "-- filler\n".repeat(5_000) + rows);
        Files.write(directory.resolve("complete.sql.gz"), FirstBytesTest.gzip((definitions + rows).getBytes(UTF_8)));
        Files.writeString(directory.resolve("large.sql"), definitions + "-- filler\n".repeat(500_000) + rows);
        byte[] whole = FirstBytesTest.gzip(definitions.getBytes(UTF_8));
        Files.write(directory.resolve("cut.sql.gz"), Arrays.copyOf(whole, whole.length - 9));

        BackupCatalogue catalogue = new BackupCatalogue(directory, Layers::behind);
        catalogue.list();

        assertThat(catalogue.find("complete.sql").contents()).isEqualTo(Contents.COMPLETE);
        assertThat(catalogue.find("complete.sql.gz").contents()).isEqualTo(Contents.COMPLETE);
        assertThat(catalogue.find("schema.sql").contents()).isEqualTo(Contents.SCHEMA);
        assertThat(catalogue.find("data.sql").contents()).isEqualTo(Contents.DATA);
        assertThat(catalogue.find("large.sql").contents()).isEqualTo(Contents.UNKNOWN);
        assertThat(catalogue.find("cut.sql.gz").contents()).isEqualTo(Contents.UNKNOWN);
    }

    private static Contents look(String script, boolean whole) {
        byte[] bytes = script.getBytes(UTF_8);
        Contents atOnce = ContentsLook.at(bytes, whole);
        if (whole) {
            assertThat(ContentsLook.at(new ByteArrayInputStream(bytes), Long.MAX_VALUE))
                    .isEqualTo(atOnce);
        }
        return atOnce;
    }
}
