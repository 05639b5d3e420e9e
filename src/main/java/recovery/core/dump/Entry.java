package recovery.core.dump;

import java.util.Optional;
import java.util.Set;

/**
 * An entry of the table of contents: in archives a real one, in plain dumps the comment {@code -- Name: …; Type: …;
 * Schema: …; Owner: …} above the statement. In plain dumps it is a hint; the statement decides.
 *
 * @param kind pg_dump's description, e.g. {@code TABLE}, {@code FK CONSTRAINT}; empty without a comment
 * @param schema empty if the object has none ({@code -} in the comment)
 * @param owner empty if the object has none
 * @param dumpId number of the entry in an archive; 0 in plain dumps
 * @param dependencies numbers of the entries it needs; empty in plain dumps
 */
public record Entry(
        Section section,
        String kind,
        Optional<String> schema,
        String name,
        Optional<String> owner,
        int dumpId,
        Set<Integer> dependencies) {
    /** For statements that stand under no comment. */
    public static final Entry NONE = new Entry(Section.NONE, "", Optional.empty(), "", Optional.empty());

    public Entry {
        dependencies = Set.copyOf(dependencies);
    }

    /** Of a plain dump. */
    public Entry(Section section, String kind, Optional<String> schema, String name, Optional<String> owner) {
        this(section, kind, schema, name, owner, 0, Set.of());
    }
}
