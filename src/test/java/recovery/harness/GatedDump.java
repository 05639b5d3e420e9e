package recovery.harness;

import java.util.List;

/** A dump of three tables, of which the second can be kept from taking its rows for as long as a test wants. */
public final class GatedDump {
    /** Of each table. */
    public static final int ROWS = 2_000;

    /** The rows of {@code b} wait as long as somebody has done this in a transaction, anywhere on the server. */
    public static final String CLOSE = "LOCK TABLE pg_shdescription IN ACCESS EXCLUSIVE MODE";

    /** Finds who waits there. */
    public static final String WAITING =
            "SELECT pid FROM pg_locks WHERE NOT granted AND relation = 'pg_catalog.pg_shdescription'::regclass";

    private GatedDump() {}

    /** As pg_dump writes it. */
    public static String text() {
        StringBuilder text = new StringBuilder("--\n-- PostgreSQL database dump\n--\n\n");
        text.append("-- Dumped from database version 15.18\n-- Dumped by pg_dump version 15.18\n\n");
        entry(
                text,
                "gate()",
                "FUNCTION",
                "CREATE FUNCTION public.gate() RETURNS boolean LANGUAGE sql AS"
                        + " $$ SELECT count(*) >= 0 FROM pg_catalog.pg_shdescription $$");
        for (String table : List.of("a", "b", "c")) {
            String check = table.equals("b") ? " CHECK (id > 1 OR public.gate())" : "";
            entry(text, table, "TABLE", "CREATE TABLE public." + table + " (id integer" + check + ", word text)");
        }
        for (String table : List.of("a", "b", "c")) {
            text.append(
                    "--\n-- Data for Name: %s; Type: TABLE DATA; Schema: public; Owner: -\n--\n\n".formatted(table));
            text.append("COPY public.%s (id, word) FROM stdin;\n".formatted(table));
            for (int i = 1; i <= ROWS; i++) {
                text.append(i).append("\tword ").append(i).append('\n');
            }
            text.append("\\.\n\n\n");
        }
        for (String table : List.of("a", "b", "c")) {
            String name = table + "_key";
            entry(
                    text,
                    table + " " + name,
                    "CONSTRAINT",
                    "ALTER TABLE ONLY public.%s\n    ADD CONSTRAINT %s PRIMARY KEY (id)".formatted(table, name));
        }
        return text + "--\n-- PostgreSQL database dump complete\n--\n\n";
    }

    private static void entry(StringBuilder text, String name, String kind, String sql) {
        text.append("--\n-- Name: %s; Type: %s; Schema: public; Owner: -\n--\n\n%s;\n\n".formatted(name, kind, sql));
    }
}
