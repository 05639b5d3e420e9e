package recovery.core.dump;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import recovery.core.dump.plain.PlainDumpReader;
import recovery.core.error.Note;
import recovery.core.error.RecoveryException;

@Timeout(value = 20, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class SelectedDumpTest {
    private static final String SHOP = """
            SET search_path = '';
            CREATE SCHEMA sales;
            CREATE EXTENSION pg_trgm;
            CREATE TYPE sales.mood AS ENUM ('a');
            CREATE FUNCTION sales.touch() RETURNS trigger LANGUAGE plpgsql AS $$ SELECT 1 FROM sales.users; $$;
            CREATE TABLE sales.users (id int);
            CREATE FUNCTION sales.name_of(u sales.users) RETURNS text LANGUAGE sql AS 'SELECT 1';
            CREATE TABLE sales.orders (id int, m sales.mood);
            COMMENT ON TABLE sales.orders IS 'x';
            CREATE SEQUENCE sales.orders_id_seq;
            ALTER TABLE sales.orders_id_seq OWNER TO me;
            ALTER SEQUENCE sales.orders_id_seq OWNED BY sales.orders.id;
            CREATE SEQUENCE sales.users_id_seq;
            ALTER SEQUENCE sales.users_id_seq OWNED BY sales.users.id;
            CREATE SEQUENCE sales.invoice_no;
            CREATE VIEW sales.totals AS SELECT id FROM sales.orders;
            CREATE VIEW sales.seen AS SELECT * FROM sales.totals;
            CREATE TABLE public."Odd Table" (a int);
            ALTER TABLE ONLY sales.orders ALTER COLUMN id SET DEFAULT nextval('sales.orders_id_seq'::regclass);
            COPY sales.users (id) FROM stdin;
            1
            \\.
            COPY sales.orders (id) FROM stdin;
            2
            \\.
            INSERT INTO public."Odd Table" VALUES (1);
            INSERT INTO public."Odd Table" VALUES (2);
            SELECT pg_catalog.setval('sales.orders_id_seq', 2, true);
            SELECT pg_catalog.setval('sales.users_id_seq', 1, true);
            ALTER TABLE ONLY sales.users ADD CONSTRAINT users_pkey PRIMARY KEY (id);
            ALTER TABLE ONLY sales.orders ADD CONSTRAINT orders_pkey PRIMARY KEY (id);
            CREATE INDEX orders_m ON sales.orders USING btree (m);
            COMMENT ON INDEX sales.orders_m IS 'y';
            CREATE TRIGGER t AFTER INSERT ON sales.orders EXECUTE FUNCTION sales.touch();
            CREATE POLICY mine ON sales.orders USING (EXISTS (SELECT 1 FROM sales.users));
            ALTER TABLE ONLY sales.orders ADD CONSTRAINT orders_user FOREIGN KEY (id) REFERENCES sales.users(id);
            GRANT SELECT ON TABLE sales.orders TO me;
            GRANT SELECT ON TABLE sales.users TO me;
            GRANT USAGE ON SCHEMA sales TO me;
            CREATE PUBLICATION p FOR ALL TABLES;
            """;

    private final List<Note> notes = new ArrayList<>();

    /** The first words of what is handed out, rows as COPY, up to the name. */
    private List<String> taken(String dump, Selection selection) {
        List<String> found = new ArrayList<>();
        SelectedDump reader = new SelectedDump(
                new PlainDumpReader(new DumpBytes(new ByteArrayInputStream(dump.getBytes(UTF_8)))), selection);
        try {
            for (Optional<DumpPart> part = reader.next(); part.isPresent(); part = reader.next()) {
                if (part.get() instanceof DumpPart.Rows rows) {
                    RowBlock block = new RowBlock(1000);
                    while (rows.rows().read(block)) {
                        found.add("COPY " + rows.table() + " " + block.rows());
                    }
                } else if (part.get() instanceof DumpPart.Statement statement) {
                    found.add(statement.sql());
                }
            }
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
        notes.addAll(reader.notes());
        return found;
    }

    private static Selection tables(String... patterns) {
        return new Selection(List.of(patterns), List.of(), List.of(), Selection.ALL_SECTIONS);
    }

    private static Selection without(String... patterns) {
        return new Selection(List.of(), List.of(), List.of(patterns), Selection.ALL_SECTIONS);
    }

    private static Selection sections(Section... sections) {
        return new Selection(List.of(), List.of(), List.of(), Set.of(sections));
    }

    @Test
    void aTableBringsAllThatBelongsToItAndWhatItNeeds() {
        assertThat(taken(SHOP, tables("orders")))
                .containsExactly(
                        "SET search_path = ''",
                        "CREATE SCHEMA sales",
                        "CREATE EXTENSION pg_trgm",
                        "CREATE TYPE sales.mood AS ENUM ('a')",
                        "CREATE FUNCTION sales.touch() RETURNS trigger LANGUAGE plpgsql AS $$ SELECT 1 FROM sales.users; $$",
                        "CREATE TABLE sales.orders (id int, m sales.mood)",
                        "COMMENT ON TABLE sales.orders IS 'x'",
                        "CREATE SEQUENCE sales.orders_id_seq",
                        "ALTER TABLE sales.orders_id_seq OWNER TO me",
                        "ALTER SEQUENCE sales.orders_id_seq OWNED BY sales.orders.id",
                        "CREATE SEQUENCE sales.invoice_no",
                        "ALTER TABLE ONLY sales.orders ALTER COLUMN id SET DEFAULT nextval('sales.orders_id_seq'::regclass)",
                        "COPY sales.orders 1",
                        "SELECT pg_catalog.setval('sales.orders_id_seq', 2, true)",
                        "ALTER TABLE ONLY sales.orders ADD CONSTRAINT orders_pkey PRIMARY KEY (id)",
                        "CREATE INDEX orders_m ON sales.orders USING btree (m)",
                        "COMMENT ON INDEX sales.orders_m IS 'y'",
                        "CREATE TRIGGER t AFTER INSERT ON sales.orders EXECUTE FUNCTION sales.touch()",
                        "GRANT SELECT ON TABLE sales.orders TO me",
                        "GRANT USAGE ON SCHEMA sales TO me");
        assertThat(notes)
                .extracting(Note::text)
                .containsExactly(
                        "1 of kind function left out, since what they need is not among what was selected: sales.name_of.",
                        "1 of kind policy left out, since what they need is not among what was selected: mine of sales.orders.",
                        "1 of kind fk constraint left out, since what they need is not among what was selected:"
                                + " orders_user of sales.orders.");
    }

    @Test
    void anExcludedTableTakesAlongWhatNeedsIt() {
        List<String> taken = taken(SHOP, without("orders"));

        assertThat(taken)
                .noneMatch(sql -> sql.contains("orders") || sql.contains("VIEW"))
                .contains(
                        "CREATE TABLE sales.users (id int)",
                        "COPY sales.users 1",
                        "INSERT INTO public.\"Odd Table\" VALUES (2)",
                        "SELECT pg_catalog.setval('sales.users_id_seq', 1, true)",
                        "CREATE PUBLICATION p FOR ALL TABLES");
        assertThat(notes)
                .extracting(Note::text)
                .containsExactly("2 of kind view left out, since what they need is not among what was selected:"
                        + " sales.totals, sales.seen.");
    }

    @Test
    void aViewThatCameWithoutItsQueryGoesAgain() {
        String dump = """
                CREATE TABLE public.a (id int);
                CREATE VIEW public.v AS SELECT NULL::int AS id;
                CREATE OR REPLACE VIEW public.v AS SELECT id FROM public.a;
                """;

        assertThat(taken(dump, without("a")))
                .containsExactly("CREATE VIEW public.v AS SELECT NULL::int AS id", "DROP VIEW \"public\".\"v\"");
    }

    @Test
    void aSchemaBringsItsTablesAndViews() {
        Selection sales = new Selection(List.of(), List.of("s*"), List.of("users"), Selection.ALL_SECTIONS);

        assertThat(taken(SHOP, sales))
                .contains("COPY sales.orders 1", "CREATE VIEW sales.seen AS SELECT * FROM sales.totals")
                .noneMatch(sql -> sql.contains("Odd Table") || sql.startsWith("CREATE TABLE sales.users"));
    }

    @Test
    void sectionsAreThoseOfPgDump() {
        assertThat(taken(SHOP, sections(Section.DATA)))
                .containsExactly(
                        "SET search_path = ''",
                        "COPY sales.users 1",
                        "COPY sales.orders 1",
                        "INSERT INTO public.\"Odd Table\" VALUES (1)",
                        "INSERT INTO public.\"Odd Table\" VALUES (2)",
                        "SELECT pg_catalog.setval('sales.orders_id_seq', 2, true)",
                        "SELECT pg_catalog.setval('sales.users_id_seq', 1, true)");
        assertThat(taken(SHOP, sections(Section.POST_DATA)))
                .hasSize(9)
                .contains("COMMENT ON INDEX sales.orders_m IS 'y'", "CREATE PUBLICATION p FOR ALL TABLES");
        assertThat(taken(SHOP, sections(Section.PRE_DATA, Section.POST_DATA)))
                .noneMatch(sql -> sql.startsWith("COPY") || sql.contains("setval") || sql.startsWith("INSERT"));
    }

    @Test
    void aTableThatCannotBeMadeAloneIsRefused() {
        String dump = "CREATE TABLE public.p (a int);\nCREATE TABLE public.c (b int) INHERITS (public.p);\n";

        RecoveryException refusal = catchThrowableOfType(RecoveryException.class, () -> taken(dump, tables("c")));
        assertThat(refusal.report())
                .isEqualTo("REQUEST_UNUSABLE: the table public.c was selected, and it cannot be made without public.p,"
                        + " which was not\n  remedy: Select public.p as well.");
    }

    @Test
    void partitionsAreAttachedIfTheParentIsThere() {
        String dump = """
                CREATE TABLE public.p (a int) PARTITION BY RANGE (a);
                CREATE TABLE public.p1 (a int);
                ALTER TABLE ONLY public.p ATTACH PARTITION public.p1 DEFAULT;
                COPY public.p1 (a) FROM stdin;
                1
                \\.
                """;

        assertThat(taken(dump, tables("p*"))).hasSize(4);
        assertThat(taken(dump, tables("p1"))).containsExactly("CREATE TABLE public.p1 (a int)", "COPY public.p1 1");
        notes.clear();
        assertThat(taken(dump, tables("p"))).hasSize(1);
        assertThat(notes)
                .containsExactly(
                        new Note(
                                "SELECTION_LEFT_OUT",
                                "The rows of a partitioned table are in its partitions, and these were not selected: public.p1."));
    }

    @Test
    void followsTheSchemaOfOlderDumps() {
        String dump = """
                SET search_path = sales, pg_catalog;
                CREATE TABLE orders (id int);
                CREATE TABLE users (id int);
                CREATE VIEW v AS SELECT orders.id FROM orders;
                ALTER TABLE ONLY users ADD CONSTRAINT f FOREIGN KEY (id) REFERENCES orders(id);
                """;

        assertThat(taken(dump, without("sales.orders")))
                .containsExactly("SET search_path = sales, pg_catalog", "CREATE TABLE users (id int)");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "orders | sales | orders | true",
                "ORDERS | sales | orders | true",
                "\"ORDERS\" | sales | orders | false",
                "Odd | public | odd | true",
                "\"Odd Table\" | public | Odd Table | true",
                "odd?table | public | odd table | true",
                "ord* | sales | orders | true",
                "\"ord*\" | sales | orders | false",
                "\"ord*\" | sales | ord* | true",
                "s*.ord??? | sales | orders | true",
                "public.orders | sales | orders | false",
                "\"a.b\".c | a.b | c | true",
                "\"a\"\"b\" | public | a\"b | true",
                "* | x | y | true",
                "o.rders | sales | orders | false",
            })
    void patternsAreThoseOfPsql(String pattern, String schema, String name, boolean fits) {
        assertThat(NamePattern.ofTable(pattern).fits(schema, name)).isEqualTo(fits);
    }

    @Test
    void refusesPatternsThatMeanNothing() {
        assertThatThrownBy(() -> NamePattern.ofTable("a.b.c")).hasMessage("the pattern 'a.b.c' has more than one dot");
        assertThatThrownBy(() -> NamePattern.ofTable("\"a"))
                .hasMessage("the pattern '\"a' has a double quote that is not closed");
        assertThatThrownBy(() -> NamePattern.ofSchema("a.b")).hasMessage("the pattern 'a.b' has a dot");
        assertThatThrownBy(() -> NamePattern.ofTable("")).hasMessage("the pattern '' names nothing");
    }

    @Test
    void aPatternThatFitsNothingIsRefused() {
        RecoveryException refusal = catchThrowableOfType(RecoveryException.class, () -> taken(SHOP, tables("ordrs")));

        assertThat(refusal.report()).isEqualTo("""
                        REQUEST_UNUSABLE: the backup holds no table that 'ordrs' fits
                          remedy: Choose among what it holds, for example: orders.
                          remedy: Write upper case and other odd names in double quotes, as the inspection shows them.""");
        assertThatThrownBy(() -> taken(SHOP, without("nobody"))).hasMessageContaining("'nobody'");
        assertThatThrownBy(
                        () -> taken(SHOP, new Selection(List.of(), List.of("sals"), List.of(), Selection.ALL_SECTIONS)))
                .hasMessage("the backup holds no schema that 'sals' fits");
    }
}
