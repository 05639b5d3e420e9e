package recovery.core.dump;

import static recovery.core.error.ErrorCode.REQUEST_UNUSABLE;
import static recovery.core.error.RecoveryException.problem;

import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import recovery.core.backup.NearestNames;
import recovery.core.error.RecoveryException;

/** Which names a selection wants, and whether each of its patterns met a name. For one thread and one dump. */
final class SelectionScope {
    private static final int NAMED_AT_MOST = 5;

    private final Selection selection;
    private final List<NamePattern> tables;
    private final List<NamePattern> schemas;
    private final List<NamePattern> excluded;
    private final Set<NamePattern> met = new HashSet<>();
    private final Set<String> tablesMet = new LinkedHashSet<>();
    private final Set<String> schemasMet = new LinkedHashSet<>();

    /** A table, view, sequence or index. */
    record Relation(String schema, String name) {
        String sql() {
            return SqlTokens.quoted(schema) + "." + SqlTokens.quoted(name);
        }
    }

    SelectionScope(Selection selection) {
        this.selection = selection;
        tables = selection.tables().stream().map(NamePattern::ofTable).toList();
        schemas = selection.schemas().stream().map(NamePattern::ofSchema).toList();
        excluded = selection.excludedTables().stream().map(NamePattern::ofTable).toList();
    }

    /** Only some tables or schemas are wanted. */
    boolean isNarrow() {
        return !tables.isEmpty() || !schemas.isEmpty();
    }

    /** Names decide at all. */
    boolean looksAtNames() {
        return isNarrow() || !excluded.isEmpty();
    }

    boolean wants(Section section) {
        return selection.sections().contains(section);
    }

    boolean wants(Relation relation) {
        boolean table = tables.isEmpty() || isNamed(relation);
        return table && isInSchema(relation) && !isExcluded(relation);
    }

    /** A pattern for tables fits it. */
    boolean isNamed(Relation relation) {
        return tables.stream().anyMatch(pattern -> pattern.fits(relation.schema(), relation.name()));
    }

    boolean isInSchema(Relation relation) {
        return schemas.isEmpty() || schemas.stream().anyMatch(pattern -> pattern.fits(relation.schema()));
    }

    boolean isExcluded(Relation relation) {
        return excluded.stream().anyMatch(pattern -> pattern.fits(relation.schema(), relation.name()));
    }

    /** The dump holds it. */
    void meet(Relation relation) {
        if (!tablesMet.add(relation.sql())) {
            return;
        }
        meetSchema(relation.schema());
        for (List<NamePattern> patterns : List.of(tables, excluded)) {
            patterns.stream()
                    .filter(pattern -> pattern.fits(relation.schema(), relation.name()))
                    .forEach(met::add);
        }
    }

    void meetSchema(String schema) {
        if (schemasMet.add(schema)) {
            schemas.stream().filter(pattern -> pattern.fits(schema)).forEach(met::add);
        }
    }

    /** When the whole dump was met: refuses a pattern that fits nothing in it. */
    void checkAllMet() {
        for (NamePattern pattern : tables) {
            checkMet(pattern, "table", tablesMet);
        }
        for (NamePattern pattern : schemas) {
            checkMet(pattern, "schema", schemasMet);
        }
        for (NamePattern pattern : excluded) {
            checkMet(pattern, "table", tablesMet);
        }
    }

    private void checkMet(NamePattern pattern, String what, Set<String> names) {
        if (met.contains(pattern)) {
            return;
        }
        String near = nearest(pattern.toString(), names);
        RecoveryException.Problem problem =
                problem(REQUEST_UNUSABLE, "the backup holds no %s that '%s' fits", what, pattern);
        throw near.isEmpty()
                ? problem.remedy("Inspect the backup: it holds none at all.")
                : problem.remedy(
                        "Choose among what it holds, for example: %s.".formatted(near),
                        "Write upper case and other odd names in double quotes, as the inspection shows them.");
    }

    private static String nearest(String wanted, Set<String> names) {
        boolean qualified = wanted.contains(".");
        List<String> candidates = names.stream()
                .map(name -> qualified ? name : name.substring(name.lastIndexOf('.') + 1))
                .distinct()
                .toList();
        List<String> near = NearestNames.to(wanted, candidates);
        return (near.isEmpty() ? candidates : near)
                .stream().limit(NAMED_AT_MOST).collect(Collectors.joining(", "));
    }
}
