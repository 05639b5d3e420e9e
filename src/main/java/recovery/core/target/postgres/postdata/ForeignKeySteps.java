package recovery.core.target.postgres.postdata;

import static recovery.core.target.postgres.postdata.Claim.ALONE;
import static recovery.core.target.postgres.postdata.Claim.MENTION;
import static recovery.core.target.postgres.postdata.Claim.REFERRED;
import static recovery.core.target.postgres.postdata.Claim.REFERRED_BY_PARTITIONS;
import static recovery.core.target.postgres.postdata.Claim.REFERRING;
import static recovery.core.target.postgres.postdata.Claim.VALIDATE;
import static recovery.core.target.postgres.postdata.Claim.VALIDATE_AGAINST;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import recovery.core.target.Work;
import recovery.core.target.postgres.postdata.PostData.Understood;

/**
 * {@code FOREIGN KEY}. It becomes one that is not validated, which takes a moment, and its validation, beside which others
 * may refer to the same table. Where partitions are on either side the server either has no such statement or leaves
 * what it notes for the partitions as it was before the validation; then it stays whole.
 */
final class ForeignKeySteps {
    private static final Set<String> KINDS = Set.of("FK CONSTRAINT");

    private final Relations relations;

    ForeignKeySteps(Relations relations) {
        this.relations = relations;
    }

    /** Behind the name of the constraint. */
    Understood read(Constraint constraint) {
        Words words = constraint.words();
        words.need("foreign key");
        boolean plain = words.parentheses();
        words.need("references");
        Relation referred = words.relation();
        actions(words);
        boolean validated = true;
        String attribute = "?";
        while (!attribute.isEmpty()) {
            attribute = words.takeOne(
                    "not valid",
                    "not enforced",
                    "enforced",
                    "not deferrable",
                    "deferrable",
                    "initially deferred",
                    "initially immediate");
            validated &= !attribute.equals("not valid") && !attribute.equals("not enforced");
        }
        if (!words.isWhole()) {
            return Understood.NOTHING;
        }
        Relation table = constraint.table();
        boolean divided = relations.isPartitioned(table.schema(), table.name())
                || relations.isPartitioned(referred.schema(), referred.name());
        if (!plain || divided || !validated) {
            return new Understood(KINDS, List.of(add(constraint, referred, "", validated)));
        }
        return new Understood(
                KINDS, List.of(add(constraint, referred, " NOT VALID", false), validate(constraint, referred)));
    }

    /** Behind the table that is referred to: its columns, MATCH, ON DELETE and ON UPDATE. */
    private static void actions(Words words) {
        columns(words);
        if (words.take("match")) {
            words.name();
        }
        while (words.take("on")) {
            if (words.takeOne("delete", "update").isEmpty()
                    || words.takeOne("no action", "restrict", "cascade", "set null", "set default")
                            .isEmpty()) {
                words.fail();
            }
            columns(words);
        }
    }

    private static void columns(Words words) {
        if (words.hasSymbol('(')) {
            words.parentheses();
        }
    }

    private Step add(Constraint constraint, Relation referred, String suffix, boolean reads) {
        Relation table = constraint.table();
        Claim claim = relations.isPartitioned(table.schema(), table.name()) ? REFERRED_BY_PARTITIONS : REFERRED;
        Claims claims = read(table, referred)
                .on(table, REFERRING)
                .on(relations.below(table.schema(), table.name()), REFERRING)
                .on(referred, claim)
                .on(relations.below(referred.schema(), referred.name()), claim)
                .on(constraint.key(), ALONE);
        String sql = constraint.words().sql();
        return new Step(
                Work.CONSTRAINT,
                suffix.isEmpty() ? sql : constraint.words().text(0) + suffix,
                claims.map(),
                reads ? Optional.of(table.key()) : Optional.empty(),
                reads ? 1 : 0);
    }

    private Step validate(Constraint constraint, Relation referred) {
        Relation table = constraint.table();
        Claims claims =
                new Claims().on(table, VALIDATE).on(referred, VALIDATE_AGAINST).on(constraint.key(), ALONE);
        String sql = constraint.headSql() + " VALIDATE CONSTRAINT " + constraint.nameSql();
        return new Step(Work.CONSTRAINT, sql, claims.map(), Optional.of(table.key()), 1);
    }

    /** To read a partition the server looks at what it is a partition of. */
    private Claims read(Relation table, Relation referred) {
        return new Claims()
                .on(relations.above(table.schema(), table.name()), MENTION)
                .on(relations.above(referred.schema(), referred.name()), MENTION);
    }
}
