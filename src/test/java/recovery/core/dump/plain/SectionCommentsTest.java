package recovery.core.dump.plain;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import recovery.core.dump.DumpPart;
import recovery.core.dump.Entry;
import recovery.core.dump.Section;
import recovery.core.dump.Subject;
import recovery.core.error.Note;
import recovery.harness.PostgresTools;

@Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class SectionCommentsTest {
    /** Statements that say nothing about themselves, or whose comment says more than they do. */
    private static final String SAYS_NOTHING =
            "(?s)(SET|SELECT pg_catalog.set_config|DROP|(CREATE|ALTER) (DATABASE|ROLE)|GRANT keeper|DO|BEGIN|COMMIT).*";

    @ParameterizedTest
    @ValueSource(
            strings = {
                "shop-pg15-create-clean.sql.gz",
                "shop-pg15-data.sql.gz",
                "shop-pg15-inserts.sql.gz",
                "shop-pg15-schema.sql.gz",
                "shop-pg15.sql.gz",
                "shop-pg17.sql.gz",
                "shop-pg18.sql.gz",
                "dumpall/all.sql"
            })
    void everyCommentOfARealDumpFitsItsStatement(String name) throws Exception {
        byte[] dump = PostgresTools.unpacked(Files.readAllBytes(Path.of("src/test/resources/backups", name)));
        Parts parts = Parts.chosen(
                dump,
                new recovery.core.dump.DumpChoice(
                        name.startsWith("dumpall") ? Optional.of("shop") : Optional.empty(),
                        Optional.empty(),
                        recovery.core.dump.Selection.EVERYTHING));

        List<String> unknown = new ArrayList<>();
        for (String sql : parts.statements) {
            if (!sql.matches(SAYS_NOTHING) && Subject.of(sql).isEmpty()) {
                unknown.add(sql);
            }
        }
        assertThat(unknown).isEmpty();
        assertThat(parts.reader.notes()).extracting("code").doesNotContain("SECTION_COMMENT_WRONG");
        assertThat(new String(dump, UTF_8)).contains("; Type: ");
    }

    @Test
    void theStatementDecidesAgainstALyingComment() {
        Parts parts = Parts.of(String.join(
                "\n",
                comment("goods", "TABLE", "public"),
                "CREATE TABLE sales.goods (id int);",
                comment("goods goods_pkey", "CONSTRAINT", "public"),
                "CREATE UNIQUE INDEX goods_name ON public.goods USING btree (name);",
                "-- Data for Name: goods; Type: TABLE DATA; Schema: public; Owner: me\n",
                "COPY public.orders (id) FROM stdin;",
                "1",
                "\\.",
                "-- Data for Name: goods; Type: TABLE DATA; Schema: public; Owner: me\n",
                "INSERT INTO public.orders VALUES (2);",
                "INSERT INTO public.orders VALUES (3);",
                comment("orders", "TABLE", "public"),
                "ALTER TABLE ONLY public.orders ADD CONSTRAINT orders_goods_fkey FOREIGN KEY (g) REFERENCES public.goods(id);",
                comment("seen", "VIEW", "public"),
                "CREATE VIEW public.seen AS SELECT 1;",
                ""));

        assertThat(parts.all)
                .extracting(DumpPart::entry)
                .containsExactly(
                        new Entry(Section.PRE_DATA, "TABLE", Optional.of("sales"), "goods", Optional.empty()),
                        new Entry(Section.POST_DATA, "INDEX", Optional.of("public"), "goods_name", Optional.of("me")),
                        new Entry(Section.DATA, "TABLE DATA", Optional.of("public"), "orders", Optional.empty()),
                        new Entry(Section.DATA, "TABLE DATA", Optional.of("public"), "orders", Optional.empty()),
                        new Entry(Section.DATA, "TABLE DATA", Optional.of("public"), "orders", Optional.empty()),
                        new Entry(
                                Section.POST_DATA,
                                "FK CONSTRAINT",
                                Optional.of("public"),
                                "orders_goods_fkey",
                                Optional.of("me")),
                        new Entry(Section.PRE_DATA, "VIEW", Optional.of("public"), "seen", Optional.of("me")));
        assertThat(parts.reader.notes())
                .containsExactly(new Note(
                        "SECTION_COMMENT_WRONG",
                        "5 comments in the dump, the first above line 5, do not fit the statement below;"
                                + " the statements decided."));
    }

    private static String comment(String name, String type, String schema) {
        return "--\n-- Name: %s; Type: %s; Schema: %s; Owner: me\n--\n".formatted(name, type, schema);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "CREATE UNLOGGED TABLE s.t (a int) | PRE_DATA TABLE s.t s.t",
                "CREATE MATERIALIZED VIEW s.m AS SELECT 1 | PRE_DATA MATERIALIZED VIEW s.m s.m",
                "CREATE OR REPLACE VIEW v AS SELECT 1 | PRE_DATA VIEW v v",
                "CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS i ON ONLY s.t (a) | POST_DATA INDEX i s.t",
                "CREATE CONSTRAINT TRIGGER g AFTER UPDATE OF a ON s.t FROM s.u EXECUTE FUNCTION f() | POST_DATA TRIGGER g s.t",
                "CREATE RULE r AS ON INSERT TO s.t DO NOTHING | POST_DATA RULE r s.t",
                "CREATE POLICY p ON s.t FOR SELECT USING (true) | POST_DATA POLICY p s.t",
                "CREATE STATISTICS s.x (dependencies) ON a, b FROM s.t | POST_DATA STATISTICS s.x s.t",
                "CREATE TRUSTED PROCEDURAL LANGUAGE pltcl | PRE_DATA PROCEDURAL LANGUAGE pltcl -",
                "CREATE TEXT SEARCH DICTIONARY s.d (TEMPLATE = simple) | PRE_DATA TEXT SEARCH DICTIONARY s.d -",
                "CREATE PUBLICATION p FOR ALL TABLES | POST_DATA PUBLICATION p -",
                "ALTER PUBLICATION p ADD TABLE ONLY s.t | POST_DATA PUBLICATION TABLE p s.t",
                "ALTER TABLE ONLY s.p ATTACH PARTITION s.c FOR VALUES IN (1) | PRE_DATA TABLE ATTACH s.c s.c",
                "ALTER TABLE ONLY s.t ADD CONSTRAINT k EXCLUDE USING gist (a WITH &&) | POST_DATA CONSTRAINT k s.t",
                "ALTER TABLE s.t ADD CONSTRAINT k CHECK (a > 0) NOT VALID | POST_DATA CHECK CONSTRAINT k s.t",
                "ALTER TABLE ONLY s.t ALTER COLUMN a SET DEFAULT 1 | PRE_DATA DEFAULT - s.t",
                "ALTER TABLE s.t ALTER COLUMN a ADD GENERATED ALWAYS AS IDENTITY (SEQUENCE NAME s.q START 1) | PRE_DATA SEQUENCE s.q s.t",
                "ALTER TABLE s.t ENABLE ROW LEVEL SECURITY | POST_DATA ROW SECURITY - s.t",
                "ALTER TABLE s.t DISABLE TRIGGER ALL | DATA TABLE DATA - s.t",
                "ALTER TABLE s.t CLUSTER ON i | POST_DATA INDEX - s.t",
                "ALTER TABLE s.t OWNER TO me | PRE_DATA TABLE - s.t",
                "ALTER SEQUENCE s.q OWNED BY s.t.a | PRE_DATA SEQUENCE OWNED BY s.q s.t",
                "ALTER INDEX s.i ATTACH PARTITION s.j | POST_DATA INDEX ATTACH s.j -",
                "COMMENT ON COLUMN s.t.a IS 'x' | NONE COMMENT - s.t",
                "COMMENT ON CONSTRAINT k ON s.t IS 'x' | NONE COMMENT k s.t",
                "GRANT SELECT(a),UPDATE ON TABLE s.t TO me | NONE ACL - s.t",
                "GRANT SELECT ON t TO me | NONE ACL - t",
                "GRANT USAGE ON SCHEMA s TO me | NONE ACL - -",
                "SELECT pg_catalog.setval('s.\"Q\"', 3, true) | DATA SEQUENCE SET - s.\"Q\"",
                "REFRESH MATERIALIZED VIEW CONCURRENTLY s.m | POST_DATA MATERIALIZED VIEW DATA - s.m",
                "SELECT * FROM pg_catalog.pg_restore_relation_stats('version', '180000'::integer, 'schemaname', 's', 'relname', 't', 'relpages', '1'::integer) | POST_DATA STATISTICS DATA - s.t",
                "DROP INDEX IF EXISTS s.i | NONE INDEX s.i -",
                "ALTER TABLE IF EXISTS ONLY s.t DROP CONSTRAINT IF EXISTS k | NONE CONSTRAINT k s.t",
                "SELECT 1 | -",
                "SET a = 1 | -",
            })
    void saysWhatAStatementIsAbout(String sql, String expected) {
        String found = Subject.of(sql)
                .map(subject -> "%s %s %s %s"
                        .formatted(
                                subject.section(),
                                subject.kind(),
                                subject.name().map(name -> name.sql()).orElse("-"),
                                subject.relation().map(name -> name.sql()).orElse("-")))
                .orElse("-");

        assertThat(found).isEqualTo(expected);
    }
}
