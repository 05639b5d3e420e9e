package recovery.core.target.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import recovery.core.target.LoadResult;
import recovery.harness.RealPostgres;

/** Which numbers of rows a dump proves; {@code ?} stands for none. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class LoadCountsTest {
    private final LoadProbe copy = new LoadProbe(RealPostgres.MIDDLE);

    @Test
    void takesNamesWithAndWithoutSchemaForOneTable() {
        LoadResult result = copy.load(
                ListedDump.of("CREATE SCHEMA s", "SET search_path = s, pg_catalog", "CREATE TABLE \"t\" (id int)")
                        .rows("t", "(id)", "1", "2")
                        .rows("s.t", "(id)", "3")
                        .insert("INSERT INTO \"s\".\"t\" VALUES (4)", 1)
                        .statement("SET search_path = public")
                        .statement("CREATE TABLE t (id int)")
                        .rows("t", "(id)", "9"));

        assertThat(LoadProbe.tables(result)).containsExactly("public.t 1", "s.t 4");
    }

    @Test
    void countsRowsThroughAPartitionedTableThere() {
        LoadResult result = copy.load(ListedDump.of(
                        "CREATE TABLE a (id int) PARTITION BY RANGE (id)",
                        "CREATE TABLE a_1 PARTITION OF a FOR VALUES FROM (0) TO (10)",
                        "CREATE TABLE b (id int) PARTITION BY RANGE (id)",
                        "CREATE TABLE b_1 PARTITION OF b FOR VALUES FROM (0) TO (10)",
                        "CREATE TABLE b_2 PARTITION OF b DEFAULT")
                .rows("a_1", "(id)", "1")
                .rows("b", "(id)", "1", "11")
                .rows("b_2", "(id)", "12"));

        assertThat(LoadProbe.tables(result))
                .containsExactly("public.a_1 1", "public.b 3", "public.b_1 ?", "public.b_2 ?");
    }

    @Test
    void countsAParentWithoutItsChildrenAndLeavesOutWhatIsNoTableOfTheDump() {
        LoadResult result = copy.load(ListedDump.of(
                        "CREATE TABLE parent (id int)",
                        "CREATE TABLE child () INHERITS (parent)",
                        "CREATE TEMPORARY TABLE passing (id int)",
                        "CREATE TABLE gone (id int)",
                        "CREATE VIEW v AS SELECT 1")
                .rows("parent", "(id)", "1")
                .rows("child", "(id)", "1", "2")
                .rows("passing", "(id)", "1")
                .rows("gone", "(id)", "1")
                .statement("DROP TABLE gone"));

        assertThat(LoadProbe.tables(result)).containsExactly("public.child 2", "public.parent 1");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "UPDATE t SET id = 5|t ? u 1",
                "TRUNCATE t|t ? u 1",
                "TRUNCATE TABLE t CASCADE|t ? u ?",
                "DELETE FROM t|t ? u ?",
                "INSERT INTO t SELECT 1|t ? u 1",
                "INSERT INTO t VALUES (1) ON CONFLICT DO NOTHING|t ? u 1",
                "SELECT count(*) FROM t|t 1 u 1",
                "SELECT setval(pg_get_serial_sequence('t', 'id'), 1)|t ? u ?",
                "DO $$ BEGIN DELETE FROM t; END $$|t ? u ?",
                "WITH x AS (DELETE FROM t RETURNING 1) SELECT 1|t ? u ?"
            })
    void knowsWhenItCannotKnow(String sql, String expected) {
        LoadResult result = copy.load(ListedDump.of("CREATE TABLE t (id int)", "CREATE TABLE u (id int)")
                .rows("t", "(id)", "1")
                .rows("u", "(id)", "1")
                .statement(sql));

        assertThat(String.join(" ", LoadProbe.tables(result)).replace("public.", ""))
                .isEqualTo(expected);
    }

    @Test
    void trustsNoNumberIfRowsCameThroughAView() {
        LoadResult result = copy.load(ListedDump.of("CREATE TABLE t (id int)", "CREATE VIEW v AS SELECT id FROM t")
                .insert("INSERT INTO public.v VALUES (1)", 1));

        assertThat(LoadProbe.tables(result)).containsExactly("public.t ?");
    }

    @Test
    void trustsNoNumberIfTriggersWereThereBeforeTheRows() {
        LoadResult result = copy.load(ListedDump.of(
                        "CREATE TABLE t (id int)",
                        "CREATE TABLE log (id int)",
                        "CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS"
                                + " 'BEGIN INSERT INTO log VALUES (1); RETURN NEW; END'",
                        "CREATE TRIGGER tr AFTER INSERT ON t FOR EACH ROW EXECUTE FUNCTION f()")
                .rows("t", "(id)", "1"));

        assertThat(LoadProbe.tables(result)).containsExactly("public.log ?", "public.t ?");
        assertThat(copy.query("SELECT count(*) FROM log")).containsExactly("1");
    }

    @Test
    void saysThatAnInsertStoredAnotherNumberOfRows() {
        LoadResult result = copy.load(ListedDump.of(
                        "CREATE TABLE t (id int)",
                        "CREATE RULE nothing AS ON INSERT TO t WHERE new.id = 2 DO INSTEAD NOTHING")
                .insert("INSERT INTO t VALUES (1), (2)", 2));

        assertThat(LoadProbe.tables(result)).containsExactly("public.t ?");
        assertThat(LoadProbe.texts(result))
                .containsExactly("ROWS_NOT_COUNTED: 1 statement stored another number of rows than they hold, so those"
                        + " tables cannot be counted: 'public.t' (first at line 3).");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "ALTER TABLE c DISABLE TRIGGER ALL",
                "SET session_replication_role = replica",
                "ALTER TABLE c ADD FOREIGN KEY (id) REFERENCES p NOT VALID"
            })
    void doesNotTakeForeignKeysForProvenThatWereSwitchedOff(String sql) {
        LoadResult result = copy.load(
                ListedDump.of("CREATE TABLE p (id int PRIMARY KEY)", "CREATE TABLE c (id int REFERENCES p)", sql));

        assertThat(result.foreignKeysProven()).isFalse();
    }
}
