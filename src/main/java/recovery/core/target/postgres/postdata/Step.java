package recovery.core.target.postgres.postdata;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import recovery.core.target.Work;

/**
 * One statement that runs on its own connection, in a transaction of its own, under the settings ({@code SET}) that the
 * dump has made before it.
 *
 * @param claims by the keys that {@link #name} and {@link #part} make: tables and indexes, which share their names, and
 *     what belongs to them
 * @param table key of the table whose rows are read; empty for what takes a moment
 * @param cost how long a byte of {@code table} takes, compared with an index of one column; 0 for what takes a moment
 */
public record Step(Work work, String sql, Map<String, Claim> claims, Optional<String> table, double cost) {
    public Step {
        claims = Map.copyOf(claims);
    }

    /** The key of a table or index in {@link #claims}: its names without quotes. */
    public static String name(String schema, String relation) {
        return schema + '\0' + relation;
    }

    /** The schema and the table or index of a key that {@link #name} has made; empty for other keys. */
    public static Optional<List<String>> relation(String key) {
        List<String> names = List.of(key.split("\0", -1));
        return names.size() == 2 ? Optional.of(names) : Optional.empty();
    }

    /**
     * The key of what has a name within a table, such as a constraint or trigger, or a name apart from relations.
     * Never that of a relation, since names hold no zero.
     *
     * @param kind such as {@code constraint}
     */
    public static String part(String kind, String schema, String relation, String part) {
        return name(schema, relation) + '\0' + kind + '\0' + part;
    }

    /** One step that does what several do, of the statement they were made of, {@code sql}. */
    public static Step together(String sql, List<Step> steps) {
        Claims claims = new Claims();
        steps.forEach(step -> step.claims().forEach(claims::on));
        Step first = steps.get(0);
        double cost = steps.stream().mapToDouble(Step::cost).sum();
        return new Step(first.work(), sql, claims.map(), first.table(), cost);
    }
}
