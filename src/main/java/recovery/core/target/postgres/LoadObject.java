package recovery.core.target.postgres;

import java.util.Locale;
import recovery.core.dump.DumpPart;
import recovery.core.dump.SqlTokens;

/** What a statement works on, as progress shows it. */
final class LoadObject {
    private LoadObject() {}

    /** E.g. {@code sales.orders}, {@code index orders_placed}, or the first words of a statement. */
    static String of(DumpPart.Statement statement, SqlTokens tokens) {
        if (StatementInsert.is(statement)) {
            return StatementInsert.table(tokens).map(SqlTokens.Name::sql).orElse("insert");
        }
        String kind = statement.entry().kind();
        if (kind.isEmpty()) {
            return LoadFailure.beginning(statement.sql());
        }
        String name = statement.entry().schema().map(schema -> schema + ".").orElse("")
                + statement.entry().name();
        return kind.equals("TABLE") ? name : kind.toLowerCase(Locale.ROOT) + " " + name;
    }
}
