package recovery.core.target.postgres;

import java.util.Optional;
import java.util.Set;
import recovery.core.dump.SqlTokens;

/** The tables of the server itself, in which the live database has its entry: a superuser may write to them from any database. */
final class SharedCatalogs {
    private static final Set<String> TABLES = Set.of(
            "pg_auth_members",
            "pg_authid",
            "pg_database",
            "pg_db_role_setting",
            "pg_group",
            "pg_parameter_acl",
            "pg_replication_origin",
            "pg_shdepend",
            "pg_shdescription",
            "pg_shseclabel",
            "pg_subscription",
            "pg_tablespace");

    private SharedCatalogs() {}

    static boolean contain(SqlTokens.Name name) {
        boolean catalog = name.qualifier().map("pg_catalog"::equals).orElse(true);
        return catalog && TABLES.contains(name.last());
    }

    /** Whether a statement, or a part of it, writes to one of them or locks it. */
    static boolean areWrittenBy(SqlTokens tokens) {
        if (isKeptInTheDatabase(tokens)) {
            return false;
        }
        for (int i = 0; i < tokens.size(); i++) {
            if (writes(tokens, i) && tableAt(tokens, i + 1)) {
                return true;
            }
        }
        return false;
    }

    /** Privileges and comments of these tables, which pg_dump writes when they were changed, belong to each database. */
    private static boolean isKeptInTheDatabase(SqlTokens tokens) {
        return tokens.begins("grant") || tokens.begins("revoke") || tokens.begins("comment");
    }

    /** {@code UPDATE pg_database}, as older programs write it into the dump of a template. */
    static boolean isUpdateOfDatabases(SqlTokens tokens) {
        return tokens.begins("update")
                && tokens.name(1).map(name -> name.last().equals("pg_database")).orElse(false)
                && tableAt(tokens, 1);
    }

    private static boolean writes(SqlTokens tokens, int at) {
        SqlTokens.Token token = tokens.get(at);
        return token.is("update")
                || token.is("into")
                || token.is("truncate")
                || token.is("lock")
                || (token.is("table") && at > 0 && !tokens.get(at - 1).isSymbol('('))
                || (token.is("from") && at > 0 && tokens.get(at - 1).is("delete"));
    }

    private static boolean tableAt(SqlTokens tokens, int begin) {
        int at = begin;
        while (tokens.get(at).is("table") || tokens.get(at).is("only")) {
            at++;
        }
        Optional<SqlTokens.Name> name = tokens.name(at);
        while (name.isPresent() && !contain(name.get())) {
            int next = name.get().next();
            name = tokens.get(next).isSymbol(',') ? tokens.name(next + 1) : Optional.empty();
        }
        return name.isPresent();
    }
}
