package recovery.core.target.postgres;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayInputStream;
import java.util.stream.Stream;
import recovery.core.dump.DumpBytes;
import recovery.core.dump.DumpReader;
import recovery.core.dump.plain.PlainDumpReader;

/** A plain dump with the comments that pg_dump writes above its entries, made by hand. */
final class DumpText {
    private final StringBuilder text = new StringBuilder("""
            --
            -- PostgreSQL database dump
            --

            -- Dumped from database version 15.18
            -- Dumped by pg_dump version 15.18

            """);

    /** Without any comment above it. */
    DumpText sql(String... statements) {
        for (String statement : statements) {
            text.append(statement).append(";\n\n");
        }
        return this;
    }

    /** One entry of the schema public. */
    DumpText entry(String name, String type, String sql) {
        text.append("--\n-- Name: %s; Type: %s; Schema: public; Owner: -\n--\n\n".formatted(name, type));
        return sql(sql);
    }

    DumpText table(String name, String columns) {
        return entry(name, "TABLE", "CREATE TABLE public.%s (%s)".formatted(name, columns));
    }

    DumpText rows(String table, String columns, Stream<String> lines) {
        dataFor(table);
        text.append("COPY public.%s (%s) FROM stdin;\n".formatted(table, columns));
        lines.forEach(line -> text.append(line).append('\n'));
        text.append("\\.\n\n\n");
        return this;
    }

    /** The comment above rows. */
    DumpText dataFor(String table) {
        text.append("--\n-- Data for Name: %s; Type: TABLE DATA; Schema: public; Owner: -\n--\n\n".formatted(table));
        return this;
    }

    DumpText key(String table, String sql) {
        return entry(
                table + " " + table + "_key",
                "CONSTRAINT",
                "ALTER TABLE ONLY public.%1$s\n    ADD CONSTRAINT %1$s_key %2$s".formatted(table, sql));
    }

    DumpText foreignKey(String table, String sql) {
        return entry(
                table + " " + table + "_fkey",
                "FK CONSTRAINT",
                "ALTER TABLE ONLY public.%1$s\n    ADD CONSTRAINT %1$s_fkey FOREIGN KEY %2$s".formatted(table, sql));
    }

    DumpText index(String name, String on) {
        return entry(name, "INDEX", "CREATE INDEX %s ON public.%s".formatted(name, on));
    }

    String text() {
        return text + "--\n-- PostgreSQL database dump complete\n--\n\n";
    }

    DumpReader reader() {
        return new PlainDumpReader(new DumpBytes(new ByteArrayInputStream(text().getBytes(UTF_8))));
    }
}
