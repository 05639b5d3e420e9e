package recovery.core.target.postgres.postdata;

import static recovery.core.target.postgres.postdata.Claim.ALONE;
import static recovery.core.target.postgres.postdata.Claim.ATTACH;
import static recovery.core.target.postgres.postdata.Claim.BUILD;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import recovery.core.target.Work;
import recovery.core.target.postgres.postdata.PostData.Understood;

/**
 * {@code PRIMARY KEY}, {@code UNIQUE} and {@code EXCLUDE}. The first two become an index, which other indexes of the table
 * may be built beside, and a constraint from that index, which takes a moment; but not on a partitioned table, where the
 * server has no such statement, nor WITHOUT OVERLAPS, which is no unique index.
 */
final class UniqueSteps {
    private static final Set<String> KINDS = Set.of("CONSTRAINT");

    private final Relations relations;
    private final Map<String, Relation> tablesOfIndexes;
    private final int version;

    UniqueSteps(Relations relations, Map<String, Relation> tablesOfIndexes, int version) {
        this.version = version;
        this.relations = relations;
        this.tablesOfIndexes = tablesOfIndexes;
    }

    /** Behind the name of the constraint. */
    Understood read(Constraint constraint) {
        Words words = constraint.words();
        boolean exclude = words.has("exclude");
        int mark = words.mark();
        words.takeOne("primary key", "unique", "exclude");
        String kind = words.text(mark);
        String nulls = words.textOfOne("nulls not distinct", "nulls distinct");
        if (exclude && words.take("using")) {
            words.name();
        }
        mark = words.mark();
        boolean plain = words.parentheses();
        if (words.take("include")) {
            plain &= words.parentheses();
        }
        String columns = words.text(mark);
        String storage = storage(words);
        if (exclude && words.take("where")) {
            words.parentheses();
        }
        String deferred = words.textOfAny("not deferrable", "deferrable", "initially deferred", "initially immediate");
        if (!words.isWhole()) {
            return Understood.NOTHING;
        }
        Relation table = constraint.table();
        tablesOfIndexes.put(table.beside(constraint.name()).key(), table);
        if (exclude || !plain || isDifferentFromIndex(kind, table)) {
            return new Understood(KINDS, List.of(whole(constraint)));
        }
        String name = constraint.nameSql();
        String index = "CREATE UNIQUE INDEX " + name + " ON " + constraint.tableSql() + " " + columns + spaced(nulls)
                + storage;
        String attach = constraint.headSql() + " ADD CONSTRAINT " + name + " " + kind + " USING INDEX " + name
                + spaced(deferred);
        return new Understood(KINDS, List.of(build(constraint, index), attach(constraint, attach)));
    }

    /** Since 18 a primary key from an index takes the NOT NULL that a column inherits for one of the table itself. */
    private boolean isDifferentFromIndex(String kind, Relation table) {
        return relations.isPartitioned(table.schema(), table.name())
                || (version >= 18
                        && !kind.equalsIgnoreCase("unique")
                        && !relations.above(table.schema(), table.name()).isEmpty());
    }

    /** {@code WITH (…)} and the tablespace, as CREATE INDEX has them. */
    private static String storage(Words words) {
        int mark = words.mark();
        if (words.take("with")) {
            words.parentheses();
        }
        String with = spaced(words.text(mark));
        if (!words.take("using index tablespace")) {
            return with;
        }
        mark = words.mark();
        words.name();
        return with + " TABLESPACE " + words.text(mark);
    }

    private static String spaced(String text) {
        return text.isEmpty() ? "" : " " + text;
    }

    private static Step build(Constraint constraint, String sql) {
        Relation table = constraint.table();
        Claims claims = new Claims()
                .on(table, BUILD)
                .on(table.beside(constraint.name()), ALONE)
                .on(constraint.key(), ALONE);
        return new Step(Work.INDEX, sql, claims.map(), Optional.of(table.key()), 1);
    }

    private Step attach(Constraint constraint, String sql) {
        return new Step(Work.INDEX, sql, attaching(constraint).map(), Optional.empty(), 0);
    }

    /** Columns of a primary key become NOT NULL in the tables below as well. */
    private Claims attaching(Constraint constraint) {
        Relation table = constraint.table();
        return new Claims()
                .on(table, ATTACH)
                .on(relations.below(table.schema(), table.name()), ATTACH)
                .on(table.beside(constraint.name()), ALONE)
                .on(constraint.key(), ALONE);
    }

    private Step whole(Constraint constraint) {
        Optional<String> table = Optional.of(constraint.table().key());
        return new Step(
                Work.INDEX, constraint.words().sql(), attaching(constraint).map(), table, 1);
    }
}
