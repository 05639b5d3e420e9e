package recovery.core.dump;

import java.util.List;
import java.util.Set;

/**
 * Which part of a dump is wanted. Patterns are those of pg_dump: {@code *} and {@code ?}, an optional schema before a
 * dot, lower case unless quoted.
 *
 * @param tables nothing but these tables, views, sequences and what belongs to them; empty for all
 * @param schemas nothing but these schemas; empty for all
 * @param excludedTables without these tables and what belongs to them
 * @param sections which of them; never empty
 */
public record Selection(List<String> tables, List<String> schemas, List<String> excludedTables, Set<Section> sections) {
    public static final Set<Section> ALL_SECTIONS = Set.of(Section.PRE_DATA, Section.DATA, Section.POST_DATA);

    public static final Selection EVERYTHING = new Selection(List.of(), List.of(), List.of(), ALL_SECTIONS);

    public Selection {
        tables = List.copyOf(tables);
        schemas = List.copyOf(schemas);
        excludedTables = List.copyOf(excludedTables);
        sections = Set.copyOf(sections);
        if (sections.isEmpty() || sections.contains(Section.NONE)) {
            throw new IllegalArgumentException("sections: " + sections);
        }
    }

    public boolean isEverything() {
        return equals(EVERYTHING);
    }
}
