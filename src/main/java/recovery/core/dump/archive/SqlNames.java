package recovery.core.dump.archive;

import java.util.Optional;
import java.util.Set;
import recovery.core.dump.SqlTokens;

/** Names as SQL, in double quotes where they need them. Stateless. */
final class SqlNames {
    /** Reserved in PostgreSQL, and those that may only be the name of a function or type. */
    private static final Set<String> KEYWORDS =
            Set.of(("all analyse analyze and any array as asc asymmetric authorization"
                            + " binary both case cast check collate collation column concurrently constraint create cross"
                            + " current_catalog current_date current_role current_schema current_time current_timestamp"
                            + " current_user default deferrable desc distinct do else end except false fetch for foreign freeze"
                            + " from full grant group having ilike in initially inner intersect into is isnull join lateral"
                            + " leading left like limit localtime localtimestamp natural not notnull null offset on only or"
                            + " order outer overlaps placing primary public references returning right select session_user"
                            + " similar some symmetric system_user table tablesample then to trailing true union unique user"
                            + " using variadic verbose when where window with")
                    .split(" ", -1));

    private SqlNames() {}

    /** {@code public} is quoted too: as a role, it means everybody. */
    static String quoted(String name) {
        return KEYWORDS.contains(name) ? '"' + name + '"' : SqlTokens.quoted(name);
    }

    static String qualified(Optional<String> schema, String name) {
        return schema.filter(text -> !text.isEmpty())
                        .map(text -> (text.equals("public") ? text : quoted(text)) + ".")
                        .orElse("")
                + quoted(name);
    }
}
