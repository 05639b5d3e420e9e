package recovery.core.target.postgres;

import java.util.Optional;
import recovery.core.dump.DumpPart;
import recovery.core.dump.SqlTokens;

/** What can be seen of an INSERT at its beginning, without looking at its values. */
final class StatementInsert {
    /** Enough for {@code INSERT INTO database.schema.table}. */
    static final int TOKENS = 8;

    private static final String WORD = "insert";

    private StatementInsert() {}

    static boolean is(DumpPart.Statement statement) {
        return statement.rows().isPresent() || statement.sql().regionMatches(true, 0, WORD, 0, WORD.length());
    }

    static Optional<SqlTokens.Name> table(SqlTokens tokens) {
        return tokens.begins("insert into") ? tokens.name(2) : Optional.empty();
    }
}
