package recovery.core.dump.plain;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import recovery.core.dump.DumpChoice;
import recovery.core.dump.Selection;
import recovery.core.error.Note;
import recovery.core.error.RecoveryException;

/** Files that pg_dumpall 15 wrote of a server with three databases, and one in the form of pg_dumpall 10. */
@Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class DumpallTest {
    private static final Path FOLDER = Path.of("src/test/resources/backups/dumpall");

    private static final String OLD_STYLE = """
            --
            -- PostgreSQL database cluster dump
            --

            SET default_transaction_read_only = off;

            CREATE ROLE keeper;
            CREATE DATABASE shop WITH TEMPLATE = template0 OWNER = keeper;
            GRANT CONNECT ON DATABASE shop TO keeper;
            CREATE DATABASE stock WITH TEMPLATE = template0 OWNER = keeper;
            ALTER DATABASE stock SET "TimeZone" TO 'UTC';

            \\connect postgres

            --
            -- PostgreSQL database dump
            --

            SET statement_timeout = 0;
            COMMENT ON DATABASE postgres IS 'default administrative connection database';

            --
            -- PostgreSQL database dump complete
            --

            \\connect shop

            --
            -- PostgreSQL database dump
            --

            SET statement_timeout = 0;
            CREATE TABLE public.goods (id integer);
            COPY public.goods (id) FROM stdin;
            1
            \\.

            --
            -- PostgreSQL database dump complete
            --

            \\connect stock

            --
            -- PostgreSQL database dump
            --

            SET statement_timeout = 0;
            CREATE TABLE public.shelves (id integer);

            --
            -- PostgreSQL database dump complete
            --

            --
            -- PostgreSQL database cluster dump complete
            --
            """;

    private static byte[] file(String name) throws IOException {
        return Files.readAllBytes(FOLDER.resolve(name));
    }

    private static DumpChoice named(String database) {
        return new DumpChoice(Optional.of(database), Optional.of("elsewhere"), Selection.EVERYTHING);
    }

    private static DumpChoice preferring(String database) {
        return new DumpChoice(Optional.empty(), Optional.of(database), Selection.EVERYTHING);
    }

    private static RecoveryException refusal(byte[] dump, DumpChoice choice) {
        return catchThrowableOfType(RecoveryException.class, () -> Parts.chosen(dump, choice));
    }

    @ParameterizedTest
    @ValueSource(strings = {"all.sql", "clean-inserts.sql"})
    void givesTheNamedDatabaseAndTheRolesAndNothingElse(String name) throws IOException {
        Parts parts = Parts.chosen(file(name), named("My Shop"));

        assertThat(parts.statements.stream().filter(sql -> sql.startsWith("CREATE")))
                .containsExactly(
                        "CREATE ROLE \"Odd Role\"",
                        "CREATE ROLE keeper",
                        "CREATE ROLE postgres",
                        "CREATE DATABASE \"My Shop\" WITH TEMPLATE = template0 ENCODING = 'UTF8'"
                                + " LOCALE_PROVIDER = libc LOCALE = 'C.UTF-8'",
                        "CREATE SCHEMA \"Odd\"",
                        "CREATE TABLE \"Odd\".\"T t\" (\n    a integer\n)");
        assertThat(parts.statements)
                .contains("GRANT keeper TO \"Odd Role\" GRANTED BY postgres", "ALTER ROLE keeper SET work_mem TO '8MB'")
                .noneMatch(sql -> sql.contains("shop") || sql.contains("hours") || sql.contains("template1"));
        assertThat(String.join("", parts.rows.values())).isEqualTo(name.equals("all.sql") ? "1\n2\n" : "");
        assertThat(parts.reader.databases()).containsExactly("My Shop", "o\"clock's", "shop");
        assertThat(parts.reader.notes())
                .containsExactly(new Note(
                        "DATABASE_CHOSEN",
                        "Of the databases in the dump 'My Shop' is restored, and nothing of 'o\"clock's', 'shop'."));
    }

    @Test
    void prefersTheDatabaseThatIsNamedLikeTheTarget() throws IOException {
        Parts parts = Parts.chosen(file("all.sql"), preferring("shop"));

        assertThat(parts.rows)
                .containsOnlyKeys("public.goods", "public.orders")
                .containsEntry("public.goods", "1\ttea\n2\t\\\\connect \"My Shop\"\n3\tmilk\n");
        assertThat(parts.statements)
                .contains("ALTER DATABASE shop SET \"TimeZone\" TO 'UTC'")
                .noneMatch(sql -> sql.contains("My Shop") || sql.contains("hours"));
    }

    @ParameterizedTest
    @CsvSource({"o\"clock's,public.hours", "shop,public.goods"})
    void understandsTheNamesThatPsqlUnderstands(String database, String table) throws IOException {
        assertThat(Parts.chosen(file("all.sql"), named(database)).rows).containsKey(table);
    }

    @Test
    void refusesADatabaseThatIsNotThere() throws IOException {
        assertThat(refusal(file("all.sql"), named("my shop")).report())
                .isEqualTo(
                        "REQUEST_UNUSABLE: the dump holds no database 'my shop', but 'My Shop', 'o\"clock's', 'shop'\n"
                                + "  remedy: Name the database as the dump does, or leave it out if there is only one.");
        byte[] single = "CREATE TABLE t ();\n".getBytes(UTF_8);
        assertThat(refusal(single, named("shop")))
                .hasMessage("the dump does not say which database it is of, so 'shop' cannot be chosen"
                        + " (at byte 0 of the dump)");
    }

    @Test
    void asksWhichOneIfNoneIsNamedLikeTheTarget() throws IOException {
        for (DumpChoice choice : List.of(preferring("other"), DumpChoice.EVERYTHING)) {
            assertThat(refusal(file("all.sql"), choice).report())
                    .isEqualTo(
                            "DATABASE_NOT_CHOSEN: the dump holds 'My Shop', 'o\"clock's', 'shop', and it was not said"
                                    + " which database to restore\n"
                                    + "  remedy: Say which one, for example with: --database 'My Shop'");
        }
    }

    @Test
    void readsTheFormOfOlderVersionsInWhichAllDatabasesAreCreatedFirst() {
        Parts parts = Parts.chosen(OLD_STYLE.getBytes(UTF_8), named("shop"));

        assertThat(parts.statements)
                .containsExactly(
                        "SET default_transaction_read_only = off",
                        "CREATE ROLE keeper",
                        "CREATE DATABASE shop WITH TEMPLATE = template0 OWNER = keeper",
                        "GRANT CONNECT ON DATABASE shop TO keeper",
                        "SET statement_timeout = 0",
                        "CREATE TABLE public.goods (id integer)");
        assertThat(parts.rows).containsExactly(java.util.Map.entry("public.goods", "1\n"));
        assertThat(parts.reader.databases()).containsExactly("shop", "stock");
    }

    @Test
    void refusesAFileWithoutAnyDatabase() throws IOException {
        assertThat(refusal(file("globals.sql"), preferring("shop")).report())
                .isEqualTo(
                        "BACKUP_UNSUPPORTED: the dump holds only what belongs to the whole server, such as roles, and"
                                + " no database\n"
                                + "  remedy: Choose the backup of the database itself; this one was made with --globals-only or"
                                + " the like.\n"
                                + "  remedy: If the roles are what is missing, run the file with psql.");
    }

    @Test
    void noBeginningOfAFilePassesForTheWhole() throws IOException {
        byte[] all = file("all.sql");
        int end = new String(all, UTF_8).lastIndexOf("complete") + "complete".length();
        for (int length = 100; length < end; length += 13) {
            RecoveryException refusal = refusal(java.util.Arrays.copyOf(all, length), named("My Shop"));
            assertThat(refusal).as("%d bytes", length).isNotNull();
            assertThat(refusal.code().name()).as("%d bytes", length).isEqualTo("DUMP_TRUNCATED");
        }
    }
}
