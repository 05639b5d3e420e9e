package recovery.core.dump;

import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What one statement of a PostgreSQL dump is about, in pg_dump's words, read off its own tokens: what a hand-edited
 * comment above it says does not count. Immutable.
 *
 * @param kind pg_dump's description, e.g. {@code TABLE}, {@code FK CONSTRAINT}
 * @param fits the kinds of comment under which pg_dump writes such a statement; empty if any
 * @param name of the object itself; empty if it has none of its own or one that is no name
 * @param relation the table, view or sequence that it is, belongs to or fills
 * @param definesRelation it creates {@code relation}
 */
public record Subject(
        Section section,
        String kind,
        Set<String> fits,
        Optional<SqlTokens.Name> name,
        Optional<SqlTokens.Name> relation,
        boolean definesRelation) {
    /** Enough for the places where names stand; longer column lists are read no further. */
    private static final int MOST_TOKENS = 2000;

    public Subject {
        fits = Set.copyOf(fits);
    }

    /** What {@code sql} is about; empty if it does not say, as settings, blocks and queries. */
    public static Optional<Subject> of(String sql) {
        return of(SqlTokens.of(sql, MOST_TOKENS));
    }

    /** The same of tokens that begin with the statement's first word. */
    public static Optional<Subject> of(SqlTokens tokens) {
        return new SubjectReader(tokens).read();
    }

    /** The entry that {@code comment} names as far as it fits the statement, else one that says what is true. */
    public Entry checked(Entry comment) {
        boolean kindFits = fits.isEmpty() || fits.contains(comment.kind());
        boolean nameFits = nameFits(comment);
        if (kindFits && nameFits) {
            return comment;
        }
        SqlTokens.Name own = name.or(() -> relation).orElse(new SqlTokens.Name(List.of(""), 0));
        return new Entry(
                section,
                kind,
                own.qualifier().or(() -> relation.flatMap(SqlTokens.Name::qualifier)),
                own.last(),
                nameFits ? comment.owner() : Optional.empty());
    }

    private boolean nameFits(Entry comment) {
        if (name.isEmpty() && relation.isEmpty()) {
            return true;
        }
        Optional<String> schema =
                name.flatMap(SqlTokens.Name::qualifier).or(() -> relation.flatMap(SqlTokens.Name::qualifier));
        if (schema.isPresent()
                && comment.schema().isPresent()
                && !oneLine(schema.get()).equals(oneLine(comment.schema().get()))) {
            return false;
        }
        String said = oneLine(comment.name());
        String own = name.map(found -> oneLine(found.last())).orElse("");
        String table = relation.map(found -> oneLine(found.last())).orElse("");
        return switch (comment.kind()) {
            case "ACL", "COMMENT", "SECURITY LABEL", "USER MAPPING", "TRANSFORM", "CAST", "DEFAULT ACL" -> {
                String unquoted = said.replace("\"\"", "\"");
                yield unquoted.contains(table) && unquoted.contains(own);
            }
            default ->
                (!own.isEmpty() && (said.equals(own) || said.startsWith(own + "(")))
                        || (!table.isEmpty() && (said.equals(table) || said.startsWith(table + " ")))
                        || said.endsWith(" " + own + " " + table)
                        || (!table.isEmpty() && said.endsWith(" " + table));
        };
    }

    /** As pg_dump writes a name into a comment. */
    private static String oneLine(String text) {
        return text.replaceAll("[\\r\\n]", " ");
    }
}
