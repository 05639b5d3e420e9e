package recovery.core.target.postgres.postdata;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import recovery.harness.DatabaseText;
import recovery.harness.PostgresTools;
import recovery.harness.RealPostgres;

/** What the steps leave in the catalog is what the statement leaves. */
@Timeout(value = 3, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class PostDataIdentityTest {
    private static final String ODD = "s.\"a.b \"\" Tür$1 select\"";

    /**
     * @param since the first version that knows the statement
     * @param steps how many it becomes
     * @param before makes what it needs
     */
    private record Form(int since, int steps, String sql, List<String> before) {
        int steps(int version) {
            return version >= 18 && sql.matches("(?s).* s\\.(p1|p2|child|heir) .*PRIMARY KEY.*") ? 1 : steps;
        }
    }

    private static final List<Form> FORMS = List.of(
            key("k1", "PRIMARY KEY (a)"),
            key("k2", "PRIMARY KEY (b, a)"),
            key("k3", "PRIMARY KEY (a) INCLUDE (b, c)"),
            key("k4", "PRIMARY KEY (a, b) WITH (fillfactor='70')"),
            key("k5", "PRIMARY KEY (a) DEFERRABLE INITIALLY DEFERRED"),
            key("k6", "PRIMARY KEY (a) DEFERRABLE"),
            key("k7", "PRIMARY KEY (a) NOT DEFERRABLE INITIALLY IMMEDIATE"),
            key("k8", "PRIMARY KEY (a) USING INDEX TABLESPACE pg_default"),
            key(
                    "k9",
                    "PRIMARY KEY (a) INCLUDE (c) WITH (fillfactor='55', deduplicate_items='off')"
                            + " USING INDEX TABLESPACE pg_default DEFERRABLE",
                    13),
            key("u1", "UNIQUE (a)"),
            key("u2", "UNIQUE (t, \"select\", \"Ü \"\"x\"\" (y), z\")"),
            key("u3", "UNIQUE (b) INCLUDE (a) DEFERRABLE INITIALLY IMMEDIATE"),
            key("u4", "UNIQUE NULLS NOT DISTINCT (b, c)", 15),
            key("u5", "UNIQUE NULLS DISTINCT (b) INCLUDE (c) WITH (fillfactor=90) DEFERRABLE INITIALLY DEFERRED", 15),
            key("u6", "UNIQUE (d)"),
            key("u7", "UNIQUE (e)"),
            key("u8", "UNIQUE (a, b, c, d, e, \"select\") WITH (fillfactor = 10)"),
            form(
                    12,
                    2,
                    "ALTER TABLE ONLY " + ODD + " ADD CONSTRAINT \"p.\"\"k ä;--\" PRIMARY KEY (\"a.b\")",
                    "CREATE TABLE " + ODD + " (\"a.b\" text COLLATE \"C\")"),
            form(12, 2, "ALTER TABLE s.n ADD CONSTRAINT n_key UNIQUE (a)", table("n")),
            form(
                    12,
                    2,
                    "ALTER TABLE ONLY s.nullable ADD CONSTRAINT nullable_key PRIMARY KEY (b, c)",
                    table("nullable")),
            form(
                    12,
                    2,
                    "ALTER TABLE ONLY s.notnull ADD CONSTRAINT notnull_key PRIMARY KEY (b)",
                    "CREATE TABLE s.notnull (b int NOT NULL)"),
            form(
                    12,
                    2,
                    "ALTER TABLE ONLY s.heir ADD CONSTRAINT heir_key PRIMARY KEY (a)",
                    table("elder"),
                    "CREATE TABLE s.heir (x int) INHERITS (s.elder)",
                    "INSERT INTO s.heir (a) SELECT generate_series(1, 9)"),
            form(12, 2, "ALTER TABLE ONLY s.elder ADD CONSTRAINT elder_key UNIQUE (a)"),
            form(
                    12,
                    1,
                    "ALTER TABLE ONLY s.x ADD CONSTRAINT x_excl EXCLUDE USING btree (a WITH =)"
                            + " INCLUDE (b) WITH (fillfactor='80') WHERE ((a > 5)) DEFERRABLE",
                    table("x")),
            form(
                    18,
                    1,
                    "ALTER TABLE ONLY s.w ADD CONSTRAINT w_key PRIMARY KEY (r, v WITHOUT OVERLAPS)",
                    "CREATE TABLE s.w (r int4range, v daterange)"),
            form(
                    12,
                    2,
                    "ALTER TABLE ONLY s.child ADD CONSTRAINT child_key PRIMARY KEY (a)",
                    "CREATE TABLE s.parent (a int NOT NULL, b int)",
                    "CREATE TABLE s.child (c int) INHERITS (s.parent)"),
            form(12, 2, "ALTER TABLE ONLY s.parent ADD CONSTRAINT parent_key PRIMARY KEY (a)"),
            form(
                    12,
                    2,
                    "ALTER TABLE ONLY s.typed ADD CONSTRAINT typed_key PRIMARY KEY (a)",
                    "CREATE TYPE s.row AS (a int, b int)",
                    "CREATE TABLE s.typed OF s.row"),
            form(
                    12,
                    2,
                    "ALTER TABLE ONLY s.logless ADD CONSTRAINT logless_key PRIMARY KEY (a)",
                    "CREATE UNLOGGED TABLE s.logless (a int GENERATED ALWAYS AS IDENTITY)"),
            // partitions
            form(
                    12,
                    1,
                    "ALTER TABLE ONLY s.p ADD CONSTRAINT p_key PRIMARY KEY (a)",
                    "CREATE TABLE s.p (a int NOT NULL, b text) PARTITION BY RANGE (a)",
                    "CREATE TABLE s.p1 (a int NOT NULL, b text)",
                    "CREATE TABLE s.p2 (a int NOT NULL, b text)",
                    "ALTER TABLE ONLY s.p ATTACH PARTITION s.p1 FOR VALUES FROM (0) TO (10)",
                    "ALTER TABLE ONLY s.p ATTACH PARTITION s.p2 FOR VALUES FROM (10) TO (20)",
                    "INSERT INTO s.p SELECT i, i FROM generate_series(1, 9) i"),
            form(12, 2, "ALTER TABLE ONLY s.p1 ADD CONSTRAINT p1_key PRIMARY KEY (a)"),
            form(12, 2, "ALTER TABLE ONLY s.p2 ADD CONSTRAINT p2_key PRIMARY KEY (a)"),
            form(12, 1, "CREATE INDEX p_b ON ONLY s.p USING btree (lower(b))"),
            form(12, 1, "CREATE INDEX p1_b ON s.p1 USING btree (lower(b))"),
            form(12, 1, "CREATE INDEX p2_b ON s.p2 USING btree (lower(b))"),
            form(12, 1, "ALTER INDEX s.p_key ATTACH PARTITION s.p1_key"),
            form(12, 1, "ALTER INDEX s.p_key ATTACH PARTITION s.p2_key"),
            form(12, 1, "ALTER INDEX s.p_b ATTACH PARTITION s.p1_b"),
            form(12, 1, "ALTER INDEX s.p_b ATTACH PARTITION s.p2_b"),
            form(12, 1, "ALTER INDEX s.p1_b ALTER COLUMN 1 SET STATISTICS 300"),
            // foreign keys
            reference("f1", 12, "FOREIGN KEY (a) REFERENCES s.k1(a)"),
            reference("f2", 12, "FOREIGN KEY (b, c) REFERENCES s.k2(b, a) MATCH FULL"),
            reference("f3", 12, "FOREIGN KEY (b) REFERENCES s.k1(a) ON UPDATE CASCADE ON DELETE SET NULL"),
            reference("f4", 12, "FOREIGN KEY (b, c) REFERENCES s.k2(b, a) ON DELETE SET DEFAULT DEFERRABLE"),
            reference("f5", 12, "FOREIGN KEY (b) REFERENCES s.k1(a) ON DELETE RESTRICT DEFERRABLE INITIALLY DEFERRED"),
            reference("f6", 15, "FOREIGN KEY (b, c) REFERENCES s.k2(b, a) ON DELETE SET NULL (c) DEFERRABLE"),
            reference("f7", 12, "FOREIGN KEY (b) REFERENCES s.k1 NOT DEFERRABLE"),
            reference("f8", 12, "FOREIGN KEY (b) REFERENCES s.f8(a)", "ALTER TABLE s.f8 ADD PRIMARY KEY (a)"),
            form(
                    12,
                    1,
                    "ALTER TABLE ONLY s.f1 ADD CONSTRAINT f1_late FOREIGN KEY (b) REFERENCES s.k1(a)"
                            + " ON DELETE CASCADE DEFERRABLE NOT VALID"),
            form(
                    18,
                    1,
                    "ALTER TABLE ONLY s.f1 ADD CONSTRAINT f1_idle FOREIGN KEY (b) REFERENCES s.k1(a)"
                            + " DEFERRABLE INITIALLY DEFERRED NOT ENFORCED"),
            form(12, 1, "ALTER TABLE s.p ADD CONSTRAINT p_fkey FOREIGN KEY (a) REFERENCES s.k1(a)"),
            form(12, 1, "ALTER TABLE ONLY s.f2 ADD CONSTRAINT f2_p FOREIGN KEY (b) REFERENCES s.p(a)"),
            form(12, 2, "ALTER TABLE ONLY s.p1 ADD CONSTRAINT p1_own FOREIGN KEY (a) REFERENCES s.k1(a)"),
            form(12, 2, "ALTER TABLE ONLY s.f3 ADD CONSTRAINT f3_p1 FOREIGN KEY (b) REFERENCES s.p1(a)"),
            form(12, 2, "ALTER TABLE ONLY s.heir ADD CONSTRAINT heir_fkey FOREIGN KEY (a) REFERENCES s.k1(a)"),
            form(12, 2, "ALTER TABLE ONLY s.elder ADD CONSTRAINT elder_fkey FOREIGN KEY (a) REFERENCES s.heir(a)"),
            // the quick ones
            form(
                    12,
                    1,
                    "CREATE UNIQUE INDEX ux ON s.k1 USING btree (t text_pattern_ops DESC NULLS LAST, lower(t))"
                            + " INCLUDE (b) WITH (fillfactor='60') TABLESPACE pg_default WHERE (a > 3)"),
            form(12, 1, "CREATE INDEX gin_x ON s.k1 USING gin (to_tsvector('english'::regconfig, t))"),
            form(12, 1, "ALTER TABLE ONLY s.k1 REPLICA IDENTITY USING INDEX k1_key"),
            form(12, 1, "ALTER TABLE s.k1 CLUSTER ON k1_key"),
            form(12, 1, "ALTER TABLE ONLY s.k2 ADD CONSTRAINT k2_check CHECK ((a > 0)) NOT VALID"),
            form(18, 1, "ALTER TABLE ONLY s.k2 ADD CONSTRAINT k2_nn NOT NULL c NOT VALID"),
            form(12, 1, "CREATE STATISTICS s.st (dependencies) ON a, b FROM s.k2"),
            form(13, 1, "ALTER STATISTICS s.st SET STATISTICS 7"),
            form(
                    12,
                    1,
                    "CREATE TRIGGER tr AFTER INSERT OR UPDATE OF a, b ON s.k3 FOR EACH ROW"
                            + " WHEN ((new.a > 5)) EXECUTE FUNCTION s.f('on', 'x')"),
            form(12, 1, "ALTER TABLE s.k3 DISABLE TRIGGER tr"),
            form(12, 1, "CREATE TRIGGER trp AFTER INSERT ON s.p FOR EACH ROW EXECUTE FUNCTION s.f()"),
            form(
                    12,
                    1,
                    "CREATE RULE ru AS\n    ON DELETE TO s.k3\n   WHERE (old.a = 1) DO INSTEAD"
                            + "  UPDATE s.k4 SET b = 1 WHERE (k4.a = old.a)"),
            form(12, 1, "ALTER TABLE s.k3 ENABLE ALWAYS RULE ru"),
            form(12, 1, "ALTER TABLE s.k3 ENABLE ROW LEVEL SECURITY"),
            form(
                    12,
                    1,
                    "CREATE POLICY po ON s.k3 FOR UPDATE USING ((EXISTS ( SELECT 1 FROM s.k1"
                            + " WHERE (k1.a = k3.a)))) WITH CHECK (true)"),
            form(12, 1, "COMMENT ON INDEX s.k1_key IS 'it''s; an index'"),
            form(12, 1, "COMMENT ON CONSTRAINT k1_key ON s.k1 IS 'key'"),
            form(12, 1, "COMMENT ON CONSTRAINT f1_fkey ON s.f1 IS 'reference'"),
            form(12, 1, "COMMENT ON TRIGGER tr ON s.k3 IS 'trigger'"),
            form(12, 1, "COMMENT ON RULE ru ON s.k3 IS 'rule'"),
            form(12, 1, "COMMENT ON POLICY po ON s.k3 IS 'policy'"),
            form(12, 1, "COMMENT ON STATISTICS s.st IS NULL"));

    private static Form form(int since, int steps, String sql, String... before) {
        return new Form(since, steps, sql, List.of(before));
    }

    private static Form key(String table, String key) {
        return key(table, key, 12);
    }

    private static Form key(String table, String key, int since) {
        return form(
                since,
                2,
                "ALTER TABLE ONLY s.%1$s\n    ADD CONSTRAINT %1$s_key %2$s".formatted(table, key),
                table(table));
    }

    private static Form reference(String table, int since, String key, String... more) {
        List<String> before = new ArrayList<>(List.of(table(table)));
        before.addAll(List.of(more));
        return form(
                since,
                2,
                "ALTER TABLE ONLY s.%1$s\n    ADD CONSTRAINT %1$s_fkey %2$s".formatted(table, key),
                before.toArray(String[]::new));
    }

    /** With a few rows that satisfy every key, and a column that was dropped. */
    private static String table(String name) {
        return ("CREATE TABLE s.%1$s (gone int, a int, b int, c int, t varchar(20), d char(3), e numeric(5,2), \"select\" text COLLATE \"C\","
                        + " \"Ü \"\"x\"\" (y), z\" int); ALTER TABLE s.%1$s DROP COLUMN gone;"
                        + " INSERT INTO s.%1$s SELECT i, i, i, i, i, i, i, i FROM generate_series(1, 9) i")
                .formatted(name);
    }

    @ParameterizedTest
    @ValueSource(ints = {RealPostgres.OLDEST, RealPostgres.MIDDLE, RealPostgres.NEWEST})
    void leavesWhatTheStatementLeaves(int version) throws SQLException {
        RealPostgres server = RealPostgres.version(version);
        String expected = server.newDatabase();
        String actual = server.newDatabase();
        try (Connection one = server.connect(expected);
                Connection other = server.connect(actual)) {
            Session whole = prepared(one);
            Session divided = prepared(other);
            PostData postData = new PostData(new CatalogRelations(divided), version);
            for (Form form :
                    FORMS.stream().filter(form -> form.since() <= version).toList()) {
                form.before().forEach(whole::run);
                form.before().forEach(divided::run);
                List<Step> steps = Dumped.steps(postData, form.sql());
                assertThat(steps).as(form.sql()).hasSize(form.steps(version));
                whole.run(form.sql());
                steps.forEach(step -> divided.run(step.sql()));
            }
            assertThat(DatabaseText.difference(CatalogText.of(whole), CatalogText.of(divided)))
                    .isEmpty();
        }
        if (version <= RealPostgres.MIDDLE) {
            assertThat(dump(server, actual)).isEqualTo(dump(server, expected));
        }
    }

    private static Session prepared(Connection connection) {
        Session session = new Session(connection);
        session.run("CREATE SCHEMA s");
        session.run("CREATE FUNCTION s.f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN new; END'");
        return session;
    }

    /** Without the lines that are different in each dump. */
    private static String dump(RealPostgres server, String database) {
        String text = new String(new PostgresTools(server).dump(database, "--schema-only"), UTF_8);
        assertThat(text).contains("ADD CONSTRAINT");
        return text.replaceAll("(?m)^\\\\(un)?restrict .*$", "");
    }
}
