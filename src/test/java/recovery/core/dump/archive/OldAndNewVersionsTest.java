package recovery.core.dump.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import recovery.core.error.ErrorCode;
import recovery.core.error.RecoveryException;

/** Archives of versions of which no sample is at hand. */
class OldAndNewVersionsTest {
    @TempDir
    Path folder;

    private static HandMadeToc shop(int minor) {
        return new HandMadeToc(minor)
                .entry("ENCODING", 2, "", "ENCODING", "SET client_encoding = 'UTF8';\n", "")
                .entry("STDSTRINGS", 2, "", "STDSTRINGS", "SET standard_conforming_strings = 'off';\n", "")
                .entry(
                        "TABLE",
                        2,
                        "Shop",
                        "user",
                        "CREATE TABLE \"user\" (id integer);\n",
                        "DROP TABLE \"Shop\".\"user\";\n",
                        "select",
                        true,
                        List.of())
                .entry(
                        "ACL",
                        1,
                        "Shop",
                        "user",
                        "REVOKE ALL ON \"user\" FROM PUBLIC;\nGRANT ALL ON \"user\" TO a;\n",
                        "a")
                .rows("Shop", "user", "COPY \"user\" (id) FROM stdin;\n", "1\n2\n\\.\n\n\n")
                .entry(
                        "FUNCTION",
                        2,
                        "pg_catalog",
                        "f(integer)",
                        "CREATE FUNCTION f(integer) RETURNS text LANGUAGE sql AS 'a\\';b';\n",
                        "DROP FUNCTION IF EXISTS pg_catalog.f(integer);\n",
                        "a",
                        false,
                        List.of(3))
                .entry("INDEX", 4, "Shop", "i", "CREATE INDEX i ON \"user\" (id);\n", "a");
    }

    private ArchiveParts read(byte[] archive) throws Exception {
        return ArchiveParts.of(Files.write(folder.resolve("hand.dump"), archive));
    }

    @ParameterizedTest
    @ValueSource(ints = {12, 13})
    void readsOldArchivesThatNeedTheSearchPathOfEachEntry(int minor) throws Exception {
        ArchiveParts parts = read(shop(minor).archive());
        assertThat(parts.all)
                .containsExactly(
                        "SET statement_timeout = 0",
                        "SET lock_timeout = 0",
                        "SET idle_in_transaction_session_timeout = 0",
                        "SET client_encoding = 'UTF8'",
                        "SET standard_conforming_strings = off",
                        "SET check_function_bodies = false",
                        "SET xmloption = content",
                        "SET client_min_messages = warning",
                        "SET escape_string_warning = off",
                        "SET row_security = off",
                        "SET search_path = \"Shop\", pg_catalog",
                        "SET default_tablespace = ''",
                        "SET default_with_oids = true",
                        "CREATE TABLE \"user\" (id integer)",
                        "ALTER TABLE \"Shop\".\"user\" OWNER TO \"select\"",
                        "SET search_path = pg_catalog",
                        "CREATE FUNCTION f(integer) RETURNS text LANGUAGE sql AS 'a\\';b'",
                        "ALTER FUNCTION pg_catalog.f(integer) OWNER TO a",
                        "COPY \"Shop\".\"user\" (id)",
                        "SET search_path = \"Shop\", pg_catalog",
                        "CREATE INDEX i ON \"user\" (id)",
                        "REVOKE ALL ON \"user\" FROM PUBLIC",
                        "GRANT ALL ON \"user\" TO a");
        assertThat(parts.rows).containsEntry("\"Shop\".\"user\"", "1\n2\n");
    }

    @Test
    void givesEveryStatementTheEntryOfTheArchive() throws Exception {
        ArchiveParts parts = read(shop(14).archive());
        assertThat(parts.parts.stream()
                        .filter(part -> part.entry().kind().equals("FUNCTION"))
                        .map(part -> part.entry().toString())
                        .distinct())
                .containsExactly("Entry[section=PRE_DATA, kind=FUNCTION, schema=Optional[pg_catalog], name=f(integer),"
                        + " owner=Optional[a], dumpId=6, dependencies=[3]]");
    }

    @Test
    void readsANewerVersionWhoseTableOfContentsItUnderstands() throws Exception {
        assertThat(read(shop(17).archive()).rowCounts).containsEntry("\"Shop\".\"user\"", 2L);
    }

    @Test
    void refusesANewerVersionThatItDoesNotUnderstandByNamingItsWriter() {
        byte[] archive = shop(17).archive();
        int place = new String(archive, java.nio.charset.StandardCharsets.ISO_8859_1).indexOf("TABLE");
        archive[place] = 't';
        assertThatThrownBy(() -> read(archive))
                .isInstanceOfSatisfying(
                        RecoveryException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.BACKUP_UNSUPPORTED))
                .hasMessage(
                        "the archive has version 1.17, which pg_dump 9.6.2 by hand wrote and which is not known here");
    }

    @Test
    void refusesVersionsThatAreTooOld() {
        assertThatThrownBy(() -> read(new HandMadeToc(11).archive()))
                .hasMessage("archives of version 1.11 are not read here");
    }

    @Test
    void believesNoNumberThatTheFileCannotHold() {
        byte[] archive = new HandMadeToc(14).archive();
        for (byte[] lie : List.of(new byte[] {-1, -1, -1, 127}, new byte[] {0, 0, 0, 64})) {
            byte[] more = Arrays.copyOf(archive, archive.length);
            System.arraycopy(lie, 0, more, archive.length - 4, 4);
            assertThatThrownBy(() -> read(more)).hasMessageStartingWith("the archive ends too early");
        }
    }

    @Test
    void refusesATableOfContentsThatDoesNotFitIntoMemory() {
        byte[] archive = shop(14).archive();
        assertThatThrownBy(() -> TocReader.read(new ArchiveInput(new ByteArrayInputStream(archive), "x"), 1000))
                .hasMessageStartingWith("the table of contents of the archive has more than ")
                .isInstanceOfSatisfying(
                        RecoveryException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.BACKUP_UNSUPPORTED));
    }

    @Test
    void readsDefinitionsAgainWhenTheyAreTooLargeToKeep() throws Exception {
        byte[] archive = shop(14).archive();
        Toc toc = TocReader.read(new ArchiveInput(new ByteArrayInputStream(archive), "x"));
        int[] opened = new int[1];
        TocText text = new TocText(java.util.Optional.empty(), () -> {
            opened[0]++;
            return new ByteArrayInputStream(archive);
        });
        Slice table = toc.entries().get(2).texts().definition();
        Slice index = toc.entries().get(6).texts().definition();
        assertThat(text.read(table, 100)).isEqualTo("CREATE TABLE \"user\" (id integer);\n");
        assertThat(text.read(index, 100)).isEqualTo("CREATE INDEX i ON \"user\" (id);\n");
        assertThat(text.read(table, 100)).isEqualTo("CREATE TABLE \"user\" (id integer);\n");
        assertThat(opened[0]).isEqualTo(2);
    }
}
