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

/** {@code CREATE INDEX} and {@code ALTER INDEX}. */
final class IndexSteps {
    private static final Set<String> OF_INDEX = Set.of("INDEX", "CONSTRAINT");

    private final Relations relations;
    private final Map<String, Relation> tablesOfIndexes;

    /** @param tablesOfIndexes by the keys of the indexes; new ones are added */
    IndexSteps(Relations relations, Map<String, Relation> tablesOfIndexes) {
        this.relations = relations;
        this.tablesOfIndexes = tablesOfIndexes;
    }

    /** Behind CREATE. One that reaches into partitions makes indexes whose names the statement does not tell. */
    Understood create(Words words) {
        words.take("unique");
        words.need("index");
        if (words.has("concurrently")) {
            words.fail();
        }
        String name = words.name();
        words.need("on");
        boolean only = words.take("only");
        Relation table = words.relation();
        String method = words.take("using") ? words.name() : "btree";
        words.parentheses();
        options(words);
        if (!words.isWhole() || (!only && relations.isPartitioned(table.schema(), table.name()))) {
            return Understood.NOTHING;
        }
        Relation index = table.beside(name);
        tablesOfIndexes.put(index.key(), table);
        Claims claims = new Claims().on(table, BUILD).on(index, ALONE);
        Step step = new Step(Work.INDEX, words.sql(), claims.map(), Optional.of(table.key()), cost(method));
        return new Understood(Set.of("INDEX"), List.of(step));
    }

    private static void options(Words words) {
        if (words.take("include")) {
            words.parentheses();
        }
        words.takeOne("nulls not distinct", "nulls distinct");
        if (words.take("with")) {
            words.parentheses();
        }
        if (words.take("tablespace")) {
            words.name();
        }
        if (words.take("where")) {
            words.rest();
        }
    }

    /** Rough, from builds of one column; only the order between indexes hangs on it. */
    private static double cost(String method) {
        return switch (method) {
            case "brin" -> 0.3;
            case "gin", "spgist" -> 3;
            case "gist" -> 4;
            default -> 1;
        };
    }

    /** Behind ALTER INDEX. */
    Understood alter(Words words) {
        Relation index = words.relation();
        if (words.take("attach partition")) {
            return attach(index, words);
        }
        words.need("alter");
        words.take("column");
        words.number();
        words.need("set statistics");
        words.number();
        Claims claims = new Claims().on(index, ALONE);
        return new Understood(
                OF_INDEX, List.of(new Step(Work.CONSTRAINT, words.sql(), claims.map(), Optional.empty(), 0)));
    }

    /** The last one makes the index of the parent valid, which foreign keys to it need; and that of its parent. */
    private Understood attach(Relation index, Words words) {
        Relation part = words.relation();
        Relation table = tablesOfIndexes.get(index.key());
        Relation partTable = tablesOfIndexes.get(part.key());
        if (!words.isWhole() || table == null || partTable == null) {
            return Understood.NOTHING;
        }
        Claims claims = new Claims()
                .on(index, ALONE)
                .on(part, ALONE)
                .on(table, ATTACH)
                .on(partTable, ATTACH)
                .on(relations.above(table.schema(), table.name()), ATTACH);
        return new Understood(
                Set.of("INDEX ATTACH"), List.of(new Step(Work.INDEX, words.sql(), claims.map(), Optional.empty(), 0)));
    }
}
