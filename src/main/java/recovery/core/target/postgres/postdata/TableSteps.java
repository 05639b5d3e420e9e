package recovery.core.target.postgres.postdata;

import static recovery.core.target.postgres.postdata.Claim.ALONE;
import static recovery.core.target.postgres.postdata.Claim.ATTACH;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import recovery.core.target.Work;
import recovery.core.target.postgres.postdata.PostData.Understood;

/** {@code ALTER TABLE}: constraints by classes of their own, the rest here. */
final class TableSteps {
    private static final Set<String> OF_INDEX = Set.of("INDEX", "CONSTRAINT");

    private final Relations relations;
    private final Map<String, Relation> tablesOfIndexes;
    private final int version;

    TableSteps(Relations relations, Map<String, Relation> tablesOfIndexes, int version) {
        this.version = version;
        this.relations = relations;
        this.tablesOfIndexes = tablesOfIndexes;
    }

    /** Behind ALTER TABLE. */
    Understood read(Words words) {
        words.take("only");
        int mark = words.mark();
        Relation table = words.relation();
        String tableSql = words.text(mark);
        String headSql = words.text(0);
        if (words.take("add constraint")) {
            int nameMark = words.mark();
            String name = words.name();
            return constraint(new Constraint(headSql, tableSql, table, words.text(nameMark), name, words));
        }
        if (words.take("cluster on") || words.take("replica identity using index")) {
            Relation index = table.beside(words.name());
            return step(words, OF_INDEX, new Claims().on(table, ATTACH).on(index, ALONE));
        }
        if (words.take("alter")) {
            words.take("column");
            words.name();
            words.need("set statistics");
            words.number();
            return step(words, OF_INDEX, aloneBelow(table));
        }
        return switched(table, words);
    }

    private Understood constraint(Constraint constraint) {
        Words words = constraint.words();
        if (words.has("primary key") || words.has("unique") || words.has("exclude")) {
            return new UniqueSteps(relations, tablesOfIndexes, version).read(constraint);
        }
        if (words.has("foreign key")) {
            return new ForeignKeySteps(relations).read(constraint);
        }
        if (words.take("check")) {
            words.parentheses();
        } else {
            words.need("not null");
            words.name();
        }
        words.textOfAny("no inherit", "not valid", "not enforced", "enforced");
        return step(
                words,
                Set.of("CHECK CONSTRAINT", "CONSTRAINT"),
                aloneBelow(constraint.table()).on(constraint.key(), ALONE));
    }

    /** ENABLE, DISABLE, FORCE and NO FORCE. */
    private Understood switched(Relation table, Words words) {
        String security = words.takeOne(
                "enable row level security",
                "disable row level security",
                "force row level security",
                "no force row level security");
        if (!security.isEmpty()) {
            return step(words, Set.of("ROW SECURITY", "POLICY"), aloneBelow(table));
        }
        String how = words.takeOne("enable always", "enable replica", "enable", "disable");
        String kind = words.takeOne("trigger", "rule");
        String name = words.name();
        if (how.isEmpty() || kind.isEmpty()) {
            words.fail();
        }
        return step(
                words,
                Set.of(kind.equals("rule") ? "RULE" : "TRIGGER"),
                aloneBelow(table).on(table.part(kind, name), ALONE));
    }

    private Claims aloneBelow(Relation table) {
        return new Claims().on(table, ALONE).on(relations.below(table.schema(), table.name()), ALONE);
    }

    private static Understood step(Words words, Set<String> kinds, Claims claims) {
        return new Understood(
                kinds, List.of(new Step(Work.CONSTRAINT, words.sql(), claims.map(), Optional.empty(), 0)));
    }
}
