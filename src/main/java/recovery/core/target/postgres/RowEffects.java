package recovery.core.target.postgres;

import java.sql.SQLException;
import java.util.Optional;
import java.util.Set;
import recovery.core.dump.SqlTokens;

/**
 * Sees what each statement does to the number of rows and to foreign keys, so that the copy can be proven or is known
 * not to be provable. For one thread, in the order of the dump.
 */
final class RowEffects {
    /** Statements whose effect on tables cannot be read off. */
    private static final Set<String> OPAQUE =
            Set.of("do", "call", "merge", "with", "explain", "rollback", "abort", "values", "execute");

    /** What pg_dump calls, and what changes no table. */
    private static final Set<String> HARMLESS = Set.of(
            "set_config",
            "setval",
            "nextval",
            "lo_create",
            "lo_creat",
            "lo_open",
            "lowrite",
            "lo_close",
            "lo_put",
            "lo_from_bytea",
            "lo_unlink",
            "pg_restore_relation_stats",
            "pg_restore_attribute_stats",
            "binary_upgrade_set_record_init_privs",
            "now",
            "max",
            "coalesce",
            "count",
            "version");

    private final RowCounts counts;
    private final LoadCatalog catalog;
    private boolean triggers;
    private boolean foreignKeys;
    private boolean foreignKeysProven = true;

    RowEffects(RowCounts counts, LoadCatalog catalog) {
        this.counts = counts;
        this.catalog = catalog;
    }

    /** No statement so far switched foreign keys off or added one unchecked. */
    boolean foreignKeysProven() {
        return foreignKeysProven;
    }

    /** Something looks at other rows when one comes, so that tables must be filled in the order of the dump. */
    boolean orderOfRowsMatters() {
        return triggers || foreignKeys;
    }

    /** Rows of data come next. Triggers that are there already may write to any table. */
    void beforeRows() {
        if (triggers) {
            counts.allUnknown();
        }
    }

    void before(SqlTokens tokens, StatementScan scan) throws SQLException {
        String verb = tokens.get(0).text();
        if (OPAQUE.contains(verb) || (verb.equals("select") && !HARMLESS.containsAll(scan.calls()))) {
            counts.allUnknown();
        }
        foreignKeys |= isForeignKey(tokens);
        switch (verb) {
            case "delete", "update" -> change(tokens, verb.equals("delete") ? 2 : 1);
            case "truncate" -> change(tokens, tokens.has(1, "table") ? 2 : 1);
            case "drop" -> drop(tokens);
            case "create" -> triggers |= isTrigger(tokens);
            case "set" -> foreignKeysProven &= tokens.find(1, "session_replication_role") < 0;
            case "alter" -> foreignKeysProven &= !switchesOff(tokens);
            default -> {}
        }
    }

    void after(SqlTokens tokens) throws SQLException {
        catalog.namesMayHaveChanged();
        int table = tokens.find(1, "table");
        if (tokens.begins("create") && table > 0 && table < 4 && tokens.find(table, "as") < 0) {
            int name = tokens.has(table + 1, "if not exists") ? table + 4 : table + 1;
            resolve(tokens, name).ifPresent(counts::created);
        }
    }

    private void change(SqlTokens tokens, int at) throws SQLException {
        int name = tokens.has(at, "only") ? at + 1 : at;
        Optional<SqlTokens.Name> written = tokens.name(name);
        if (written.isPresent() && written.get().qualifier().equals(Optional.of("pg_catalog"))) {
            foreignKeysProven = false;
        }
        resolve(tokens, name).ifPresent(counts::unknown);
        boolean several =
                written.isPresent() && tokens.get(written.get().next()).isSymbol(',');
        // A foreign key may carry the deletion on to other tables.
        if (several || tokens.begins("delete") || tokens.find(1, "cascade") > 0) {
            counts.allUnknown();
        }
    }

    private void drop(SqlTokens tokens) throws SQLException {
        int at = tokens.has(2, "if exists") ? 4 : 2;
        boolean table = tokens.begins("drop table");
        if (!table && !tokens.begins("drop schema")) {
            return;
        }
        Optional<SqlTokens.Name> name = tokens.name(at);
        while (name.isPresent()) {
            if (table) {
                catalog.resolve(name.get()).ifPresent(counts::dropped);
            } else {
                counts.schemaDropped(name.get().last());
            }
            int next = name.get().next();
            name = tokens.get(next).isSymbol(',') ? tokens.name(next + 1) : Optional.empty();
        }
    }

    private Optional<TableName> resolve(SqlTokens tokens, int at) throws SQLException {
        Optional<SqlTokens.Name> name = tokens.name(at);
        return name.isPresent() ? catalog.resolve(name.get()) : Optional.empty();
    }

    /** A rule that makes a view, as old dumps write it, writes to no table. */
    private static boolean isTrigger(SqlTokens tokens) {
        int at = tokens.has(1, "or replace") ? 3 : 1;
        return tokens.get(at).is("trigger")
                || tokens.has(at, "constraint trigger")
                || (tokens.get(at).is("rule") && !tokens.get(at + 1).text().equals("_RETURN"));
    }

    private static boolean isForeignKey(SqlTokens tokens) {
        boolean found = false;
        if (tokens.find(1, "table") > 0 && (tokens.begins("create") || tokens.begins("alter"))) {
            for (int i = 2; i < tokens.size() && !found; i++) {
                found = tokens.get(i).is("references");
            }
        }
        return found;
    }

    private static boolean switchesOff(SqlTokens tokens) {
        return tokens.find(1, "disable trigger") > 0 || tokens.find(1, "not valid") > 0;
    }
}
