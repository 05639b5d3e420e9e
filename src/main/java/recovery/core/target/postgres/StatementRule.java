package recovery.core.target.postgres;

import java.util.Optional;
import recovery.core.dump.DumpPart;
import recovery.core.dump.SqlTokens;

/** One group of rules of {@link StatementRules}. */
interface StatementRule {
    /** Empty if the rule has nothing to say about the statement. */
    Optional<Ruling> rule(DumpPart.Statement statement, SqlTokens tokens);
}
