package recovery.core.target.postgres.postdata;

import static org.assertj.core.api.Assertions.assertThat;
import static recovery.core.target.postgres.postdata.Claim.ALONE;
import static recovery.core.target.postgres.postdata.Claim.ATTACH;
import static recovery.core.target.postgres.postdata.Claim.BUILD;
import static recovery.core.target.postgres.postdata.Claim.MENTION;
import static recovery.core.target.postgres.postdata.Claim.REFERRED;
import static recovery.core.target.postgres.postdata.Claim.REFERRED_BY_PARTITIONS;
import static recovery.core.target.postgres.postdata.Claim.REFERRING;
import static recovery.core.target.postgres.postdata.Claim.VALIDATE;
import static recovery.core.target.postgres.postdata.Claim.VALIDATE_AGAINST;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import recovery.core.dump.DumpPart.Statement;
import recovery.core.dump.SqlTokens;
import recovery.core.target.Work;

@Timeout(value = 1, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class PostDataTest {
    private static final String A = Step.name("s", "a");
    private static final String B = Step.name("s", "b");
    private static final String N = Step.name("s", "n");
    private static final String P = Step.name("s", "p");
    private static final String P1 = Step.name("s", "p1");
    private static final String KEY = Step.part("constraint", "s", "a", "n");

    /** {@code s.p} with its partition {@code s.p1}. */
    private static final Relations RELATIONS = new Relations() {
        @Override
        public boolean isPartitioned(String schema, String table) {
            return table.equals("p");
        }

        @Override
        public Set<String> below(String schema, String table) {
            return table.equals("p") ? Set.of(P1) : Set.of();
        }

        @Override
        public Set<String> above(String schema, String table) {
            return table.equals("p1") ? Set.of(P) : Set.of();
        }
    };

    private final PostData postData = new PostData(RELATIONS, 15);

    @Test
    void anIndexIsBuiltInOneStep() {
        String sql = "CREATE UNIQUE INDEX n ON s.a USING gin (lower(t) public.gin_trgm_ops DESC, ((x ->> 'on'::text)))"
                + " INCLUDE (y) NULLS NOT DISTINCT WITH (fastupdate='off') TABLESPACE ts WHERE (x IS NOT NULL)";
        assertThat(Dumped.steps(postData, sql))
                .containsExactly(step(Work.INDEX, sql, Map.of(A, BUILD, N, ALONE), A, 3));
    }

    @Test
    void aKeyIsBuiltAsIndexAndThenMadeOfIt() {
        String sql =
                "ALTER TABLE ONLY s.\"A\"\n    ADD CONSTRAINT \"n \"\"'\" UNIQUE NULLS NOT DISTINCT (\"x y\", z) INCLUDE (t)"
                        + " WITH (fillfactor='70') USING INDEX TABLESPACE \"T s\" DEFERRABLE INITIALLY DEFERRED";
        String table = Step.name("s", "A");
        String index = Step.name("s", "n \"'");
        String key = Step.part("constraint", "s", "A", "n \"'");
        assertThat(Dumped.steps(postData, sql))
                .containsExactly(
                        step(
                                Work.INDEX,
                                "CREATE UNIQUE INDEX \"n \"\"'\" ON s.\"A\" (\"x y\", z) INCLUDE (t)"
                                        + " NULLS NOT DISTINCT WITH (fillfactor='70') TABLESPACE \"T s\"",
                                Map.of(table, BUILD, index, ALONE, key, ALONE),
                                table,
                                1),
                        step(
                                Work.INDEX,
                                "ALTER TABLE ONLY s.\"A\" ADD CONSTRAINT \"n \"\"'\" UNIQUE USING INDEX \"n \"\"'\""
                                        + " DEFERRABLE INITIALLY DEFERRED",
                                Map.of(table, ATTACH, index, ALONE, key, ALONE)));
    }

    @Test
    void aForeignKeyIsAddedAndThenValidated() {
        String sql = "ALTER TABLE ONLY s.a\n    ADD CONSTRAINT n FOREIGN KEY (x, y) REFERENCES s.b(id, z) MATCH FULL"
                + " ON UPDATE CASCADE ON DELETE SET NULL (x) DEFERRABLE";
        assertThat(Dumped.steps(postData, sql))
                .containsExactly(
                        step(Work.CONSTRAINT, sql + " NOT VALID", Map.of(A, REFERRING, B, REFERRED, KEY, ALONE)),
                        step(
                                Work.CONSTRAINT,
                                "ALTER TABLE ONLY s.a VALIDATE CONSTRAINT n",
                                Map.of(A, VALIDATE, B, VALIDATE_AGAINST, KEY, ALONE),
                                A,
                                1));
    }

    @Test
    void aTableMayReferToItself() {
        assertThat(Dumped.steps(postData, "ALTER TABLE ONLY s.a ADD CONSTRAINT n FOREIGN KEY (x) REFERENCES s.a(id)"))
                .extracting(Step::claims)
                .containsExactly(Map.of(A, REFERRED, KEY, ALONE), Map.of(A, VALIDATE, KEY, ALONE));
    }

    private static Stream<List<Object>> inOneStep() {
        String name = "ALTER TABLE s.a ADD CONSTRAINT n ";
        String ofP = Step.part("constraint", "s", "p", "n");
        return Stream.of(
                List.of(
                        name + "FOREIGN KEY (x) REFERENCES s.b(id) NOT VALID",
                        Map.of(A, REFERRING, B, REFERRED, KEY, ALONE)),
                List.of(
                        name + "FOREIGN KEY (x) REFERENCES s.b NOT ENFORCED",
                        Map.of(A, REFERRING, B, REFERRED, KEY, ALONE)),
                List.of(
                        name + "FOREIGN KEY (x, PERIOD y) REFERENCES s.b (x, PERIOD y)",
                        Map.of(A, REFERRING, B, REFERRED, KEY, ALONE)),
                List.of(
                        name + "FOREIGN KEY (x) REFERENCES s.p(id)",
                        Map.of(A, REFERRING, P, REFERRED, P1, REFERRED, KEY, ALONE)),
                List.of(
                        "ALTER TABLE s.p ADD CONSTRAINT n FOREIGN KEY (x) REFERENCES s.b(id)",
                        Map.of(P, REFERRING, P1, REFERRING, B, REFERRED_BY_PARTITIONS, ofP, ALONE)),
                List.of(
                        "ALTER TABLE ONLY s.p ADD CONSTRAINT n PRIMARY KEY (id)",
                        Map.of(P, ATTACH, P1, ATTACH, N, ALONE, ofP, ALONE)),
                List.of(name + "PRIMARY KEY (id, r WITHOUT OVERLAPS)", Map.of(A, ATTACH, N, ALONE, KEY, ALONE)),
                List.of(
                        name + "EXCLUDE USING gist (r WITH &&) WHERE ((x > 1))",
                        Map.of(A, ATTACH, N, ALONE, KEY, ALONE)),
                List.of(name + "CHECK (((x > 0) OR (y IS NULL))) NO INHERIT NOT VALID", Map.of(A, ALONE, KEY, ALONE)),
                List.of("CREATE INDEX n ON ONLY s.p USING btree (id)", Map.of(P, BUILD, N, ALONE)),
                List.of("ALTER TABLE s.a CLUSTER ON n", Map.of(A, ATTACH, N, ALONE)),
                List.of("ALTER TABLE ONLY s.a REPLICA IDENTITY USING INDEX n", Map.of(A, ATTACH, N, ALONE)),
                List.of("ALTER TABLE ONLY s.a ALTER COLUMN x SET STATISTICS -1", Map.of(A, ALONE)),
                List.of("ALTER INDEX s.n ALTER COLUMN 2 SET STATISTICS 9", Map.of(N, ALONE)),
                List.of("ALTER TABLE s.p ENABLE ROW LEVEL SECURITY", Map.of(P, ALONE, P1, ALONE)),
                List.of(
                        "ALTER TABLE s.a ENABLE ALWAYS TRIGGER n",
                        Map.of(A, ALONE, Step.part("trigger", "s", "a", "n"), ALONE)),
                List.of(
                        "CREATE CONSTRAINT TRIGGER n AFTER UPDATE OF x, y ON s.a FROM s.b DEFERRABLE"
                                + " FOR EACH ROW EXECUTE FUNCTION s.f('t.x')",
                        Map.of(
                                A,
                                ALONE,
                                B,
                                ALONE,
                                Step.name("s", "f"),
                                ALONE,
                                Step.part("trigger", "s", "a", "n"),
                                ALONE)),
                List.of(
                        "CREATE RULE n AS\n    ON INSERT TO s.a DO INSTEAD  INSERT INTO s.b (x) VALUES (new.x)",
                        Map.of(
                                A,
                                ALONE,
                                B,
                                ALONE,
                                Step.name("new", "x"),
                                ALONE,
                                Step.part("rule", "s", "a", "n"),
                                ALONE)),
                List.of("CREATE POLICY n ON s.a", Map.of(A, ALONE, Step.part("policy", "s", "a", "n"), ALONE)),
                List.of(
                        "CREATE STATISTICS s.n (mcv) ON x, (x + y), EXTRACT(day FROM z) FROM s.a",
                        Map.of(A, ALONE, Step.part("statistics", "s", "n", ""), ALONE)),
                List.of("COMMENT ON INDEX s.n IS NULL", Map.of(N, ALONE)),
                List.of("COMMENT ON CONSTRAINT n ON s.a IS ';'", Map.of(A, MENTION, KEY, ALONE)),
                List.of("COMMENT ON STATISTICS s.n IS 'x'", Map.of(Step.part("statistics", "s", "n", ""), ALONE)));
    }

    @ParameterizedTest
    @MethodSource("inOneStep")
    void stays(List<Object> form) {
        String sql = (String) form.get(0);
        List<Step> steps = Dumped.steps(postData, sql);
        assertThat(steps).extracting(Step::sql).containsExactly(sql);
        assertThat((Object) steps.get(0).claims()).isEqualTo(form.get(1));
    }

    @Test
    void theIndexOfAPartitionIsAttachedAfterBothWereSeen() {
        String sql = "ALTER INDEX s.p_i ATTACH PARTITION s.p1_i";
        Dumped.steps(postData, "CREATE INDEX p_i ON ONLY s.p USING btree (x)");
        assertThat(Dumped.steps(postData, "INDEX ATTACH", sql)).isEmpty();
        Dumped.steps(postData, "CREATE INDEX p1_i ON s.p1 USING btree (x)");
        assertThat(Dumped.steps(postData, "INDEX ATTACH", sql))
                .contains(List.of(step(
                        Work.INDEX,
                        sql,
                        Map.of(P, ATTACH, P1, ATTACH, Step.name("s", "p_i"), ALONE, Step.name("s", "p1_i"), ALONE))));
    }

    @Test
    void aPrimaryKeyOfAPartitionStaysWholeOnlySince18() {
        String sql = "ALTER TABLE ONLY s.p1 ADD CONSTRAINT n PRIMARY KEY (id)";
        assertThat(Dumped.steps(postData, sql)).hasSize(2);
        assertThat(Dumped.steps(new PostData(RELATIONS, 18), sql)).hasSize(1);
        assertThat(Dumped.steps(new PostData(RELATIONS, 18), sql.replace("PRIMARY KEY", "UNIQUE")))
                .hasSize(2);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "CREATE INDEX CONCURRENTLY n ON s.a USING btree (x)",
                "CREATE INDEX CONCURRENTLY ON s.a USING btree (x)",
                "CREATE INDEX IF NOT EXISTS n ON s.a USING btree (x)",
                "CREATE INDEX n ON a USING btree (x)",
                "CREATE INDEX n ON d.s.a USING btree (x)",
                "CREATE INDEX n ON s.p USING btree (x)",
                "CREATE INDEX n ON s.a USING btree (x) FASTER",
                "CREATE INDEX n ON s.a USING btree (x",
                "ALTER TABLE ONLY a ADD CONSTRAINT n UNIQUE (x)",
                "ALTER TABLE ONLY s.a ADD UNIQUE (x)",
                "ALTER TABLE ONLY s.a ADD CONSTRAINT n UNIQUE (x), ADD CONSTRAINT m UNIQUE (y)",
                "ALTER TABLE ONLY s.a ADD CONSTRAINT n UNIQUE USING INDEX n",
                "ALTER TABLE ONLY s.a ADD CONSTRAINT n FOREIGN KEY (x) REFERENCES b(id)",
                "ALTER TABLE ONLY s.a ADD CONSTRAINT n FOREIGN KEY (x) REFERENCES s.b(id) ON INSERT CASCADE",
                "ALTER TABLE s.a OWNER TO o",
                "ALTER INDEX s.n ATTACH PARTITION s.m",
                "ALTER INDEX s.n SET TABLESPACE t",
                "CREATE RULE \"_RETURN\" AS ON SELECT TO s.a DO INSTEAD SELECT 1 FROM s.b",
                "CREATE OR REPLACE VIEW s.v AS SELECT 1",
                "CREATE EVENT TRIGGER n ON ddl_command_end EXECUTE FUNCTION s.f()",
                "CREATE PUBLICATION n FOR ALL TABLES",
                "REFRESH MATERIALIZED VIEW s.m",
                "GRANT SELECT ON TABLE s.a TO r",
                "SELECT pg_catalog.set_config('search_path', '', false)",
                "COMMENT ON TABLE s.a IS 'x'",
                "COMMENT ON CONSTRAINT n ON DOMAIN s.d IS 'x'",
                "SECURITY LABEL ON TABLE s.a IS 'x'",
                "",
                "\"create\" index n on s.a (x)"
            })
    void whatIsNotUnderstoodRunsAlone(String sql) {
        assertThat(Dumped.steps(postData, "", sql)).isEmpty();
    }

    @Test
    void aCommentThatSaysSomethingElseMakesAStatementRunAlone() {
        String sql = "CREATE INDEX n ON s.a USING btree (x)";
        assertThat(Dumped.steps(postData, "INDEX", sql)).isPresent();
        assertThat(Dumped.steps(postData, "TRIGGER", sql)).isEmpty();
        assertThat(Dumped.steps(postData, "CONSTRAINT", sql + " ")).isEmpty();
    }

    @Test
    void whatDoesNotFollowTheRowsRunsAlone() {
        String sql = "CREATE INDEX n ON s.a USING btree (x)";
        Statement before = new Statement(recovery.core.dump.Entry.NONE, sql, 0, 1, java.util.OptionalLong.empty());
        assertThat(postData.steps(before, SqlTokens.of(sql, 100))).isEmpty();
    }

    @Test
    void tokensThatAreNotAllDoNotCount() {
        String sql = "CREATE POLICY n ON s.a USING ((EXISTS ( SELECT 1 FROM s.b)))";
        assertThat(postData.steps(Dumped.statement("POLICY", sql), SqlTokens.of(sql, 9)))
                .isEmpty();
    }

    @Test
    void noBeginningOfAStatementIsTooMuch() {
        for (List<Object> form : inOneStep().toList()) {
            String sql = (String) form.get(0);
            SqlTokens tokens = SqlTokens.of(sql, 1000);
            for (int i = 0; i < tokens.size(); i++) {
                String cut = sql.substring(0, tokens.get(i).end());
                String without = cut
                        + sql.substring(
                                tokens.get(Math.min(i + 1, tokens.size() - 1)).end());
                for (String some : List.of(cut, without, cut + " (", cut + " \"", cut + " 'x")) {
                    for (Step step : Dumped.steps(postData, "", some).orElse(List.of())) {
                        assertThat(step.sql()).isNotBlank();
                        assertThat(step.claims()).containsValue(ALONE);
                    }
                }
            }
        }
    }

    private static Step step(Work work, String sql, Map<String, Claim> claims) {
        return new Step(work, sql, claims, Optional.empty(), 0);
    }

    private static Step step(Work work, String sql, Map<String, Claim> claims, String table, double cost) {
        return new Step(work, sql, claims, Optional.of(table), cost);
    }
}
