package recovery.core.target.postgres.postdata;

import static recovery.core.target.postgres.postdata.Claim.ALONE;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import recovery.core.target.Work;
import recovery.core.target.postgres.postdata.PostData.Understood;

/**
 * Triggers, rules, policies and statistics. They take a moment; but they lock other relations that they speak of as well,
 * so everything in them that looks like one is claimed.
 */
final class ObjectSteps {
    private static final Set<String> STATISTICS = Set.of("STATISTICS");

    private final Relations relations;

    ObjectSteps(Relations relations) {
        this.relations = relations;
    }

    /** Behind CREATE. */
    Understood create(Words words) {
        words.take("or replace");
        return switch (words.takeOne("trigger", "constraint trigger", "rule", "policy", "statistics")) {
            case "trigger", "constraint trigger" -> bound(words, "trigger", "on");
            case "rule" -> rule(words);
            case "policy" -> bound(words, "policy", "on");
            case "statistics" -> statistics(words);
            default -> Understood.NOTHING;
        };
    }

    /** A rule for SELECT makes a view of a table; what belongs to it then is another matter. */
    private Understood rule(Words words) {
        String name = words.name();
        words.need("as on");
        return words.takeOne("insert", "update", "delete").isEmpty()
                ? Understood.NOTHING
                : bound(words, "rule", "to", name);
    }

    private Understood bound(Words words, String kind, String beforeTable) {
        return bound(words, kind, beforeTable, words.name());
    }

    private Understood bound(Words words, String kind, String beforeTable, String name) {
        words.skipBehind(beforeTable);
        Relation table = words.relation();
        Claims claims = new Claims()
                .on(table, ALONE)
                .on(relations.below(table.schema(), table.name()), ALONE)
                .on(table.part(kind, name), ALONE);
        if (!words.isWhole()) {
            words.mentioned(claims, ALONE);
        }
        return step(words, Set.of(kind.toUpperCase(java.util.Locale.ROOT)), claims);
    }

    private static Understood statistics(Words words) {
        Relation name = words.relation();
        words.skipBehind("from");
        Relation table = words.relation();
        return step(words, STATISTICS, new Claims().on(table, ALONE).on(key(name), ALONE));
    }

    /** Behind ALTER STATISTICS. */
    Understood alterStatistics(Words words) {
        Relation name = words.relation();
        if (words.take("set statistics")) {
            words.number();
        } else {
            words.need("owner to");
            words.name();
        }
        return step(words, STATISTICS, new Claims().on(key(name), ALONE));
    }

    static String key(Relation statistics) {
        return statistics.part("statistics", "");
    }

    private static Understood step(Words words, Set<String> kinds, Claims claims) {
        return new Understood(
                kinds, List.of(new Step(Work.CONSTRAINT, words.sql(), claims.map(), Optional.empty(), 0)));
    }
}
