package recovery.core.inspect;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.Test;
import recovery.core.dump.DumpPart;
import recovery.core.dump.Entry;
import recovery.core.dump.Section;
import recovery.core.dump.StatementFacts;

class ExtensionUseTest {
    private final ExtensionUse use = new ExtensionUse();

    private void look(int id, Set<Integer> dependencies, String sql) {
        Entry entry = new Entry(Section.PRE_DATA, "X", Optional.empty(), "x", Optional.empty(), id, dependencies);
        use.look(new DumpPart.Statement(entry, sql, 0, 0, OptionalLong.empty()), StatementFacts.of(sql));
    }

    @Test
    void knowsTheTablesOfWellKnownExtensionsInAScript() {
        look(0, Set.of(), "CREATE TABLE early (at public.geometry)");
        look(0, Set.of(), "CREATE EXTENSION IF NOT EXISTS postgis WITH SCHEMA public");
        look(0, Set.of(), "CREATE EXTENSION pg_trgm");
        look(0, Set.of(), "CREATE TABLE sales.places (\n    id integer,\n    at public.geometry(Point,4326)\n)");
        look(0, Set.of(), "CREATE TABLE sales.shapes (geometry integer, vector text)");
        look(0, Set.of(), "CREATE INDEX i ON ONLY sales.shapes USING gin (vector public.gin_trgm_ops)");

        assertThat(use.tables())
                .isEqualTo(Map.of("postgis", List.of("sales.places"), "pg_trgm", List.of("sales.shapes")));
    }

    @Test
    void followsTheDependenciesOfAnArchive() {
        look(3, Set.of(), "CREATE EXTENSION unheard_of");
        look(7, Set.of(3), "CREATE TABLE sales.places (a public.thing)");
        look(8, Set.of(7), "CREATE TABLE sales.other (a integer)");

        assertThat(use.tables()).isEqualTo(Map.of("unheard_of", List.of("sales.places")));
    }
}
