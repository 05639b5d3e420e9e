package recovery.core.target.postgres.postdata;

import static recovery.core.target.postgres.postdata.Claim.ALONE;
import static recovery.core.target.postgres.postdata.Claim.MENTION;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import recovery.core.target.Work;
import recovery.core.target.postgres.postdata.PostData.Understood;

/** {@code COMMENT ON} what is made after the rows. Tables are claimed so weakly that their indexes may go on. */
final class CommentSteps {
    private CommentSteps() {}

    static Understood read(Words words) {
        words.need("comment on");
        Claims claims = new Claims();
        String kind = words.takeOne("index", "statistics", "constraint", "trigger", "rule", "policy");
        switch (kind) {
            case "" -> words.fail();
            case "index" -> claims.on(words.relation(), ALONE);
            case "statistics" -> claims.on(ObjectSteps.key(words.relation()), ALONE);
            default -> {
                String name = words.name();
                words.need("on");
                Relation table = words.relation();
                claims.on(table, MENTION).on(table.part(kind, name), ALONE);
            }
        }
        words.need("is");
        words.rest();
        return new Understood(
                Set.of("COMMENT"), List.of(new Step(Work.CONSTRAINT, words.sql(), claims.map(), Optional.empty(), 0)));
    }
}
