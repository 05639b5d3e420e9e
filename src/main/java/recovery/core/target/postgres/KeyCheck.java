package recovery.core.target.postgres;

import static recovery.core.target.postgres.PostgresNames.literal;

import java.sql.SQLException;
import java.util.Optional;
import recovery.core.dump.SqlTokens;

/**
 * How the server validates a foreign key: it joins both tables, and by itself hashes the one that is referred to, which
 * takes four times as long as walking two indexes side by side, if both are there and need no look into the tables
 * because their rows are known to be visible (measured in decision 0013). Stateless.
 */
final class KeyCheck {
    private static final String MERGED = "SET enable_hashjoin = off";
    private static final String AS_USUAL = "RESET enable_hashjoin";

    /** Of the constraint {@code k}: an index of the referring table begins with the columns of the key. */
    static final String HAS_INDEX = """
            EXISTS (SELECT 1 FROM pg_catalog.pg_index i
                    JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid JOIN pg_catalog.pg_am a ON a.oid = c.relam
                    WHERE i.indrelid = k.conrelid AND i.indisvalid AND i.indpred IS NULL AND a.amname = 'btree'
                      AND (SELECT pg_catalog.array_agg(n.att ORDER BY n.place)
                           FROM pg_catalog.unnest(i.indkey::pg_catalog.int2[]) WITH ORDINALITY n(att, place)
                           WHERE n.place <= pg_catalog.cardinality(k.conkey)) = k.conkey)""";

    /** And nearly all pages of both tables hold only rows that all see. */
    private static final String WALKABLE = """
            SELECT 1 FROM pg_catalog.pg_constraint k
            JOIN pg_catalog.pg_class t ON t.oid = k.conrelid
            JOIN pg_catalog.pg_class r ON r.oid = k.confrelid
            WHERE k.contype = 'f' AND k.conrelid = pg_catalog.to_regclass(%s) AND k.conname = %s
              AND t.relpages > 100 AND t.relallvisible >= 0.9 * t.relpages AND r.relallvisible >= 0.9 * r.relpages
              AND\s""" + HAS_INDEX;

    private KeyCheck() {}

    /** Work that validates. */
    interface Validation {
        Optional<String> run() throws SQLException;
    }

    /** Runs {@code validation} of {@code sql}, {@code ALTER TABLE … VALIDATE CONSTRAINT …}, in the way that is faster. */
    static Optional<String> run(LoadConnection connection, String sql, Validation validation) throws SQLException {
        if (!isWalkable(connection, sql)) {
            return validation.run();
        }
        connection.run(MERGED);
        Optional<String> done = validation.run();
        connection.run(AS_USUAL);
        return done;
    }

    private static boolean isWalkable(LoadConnection connection, String sql) throws SQLException {
        SqlTokens tokens = SqlTokens.of(sql, 20);
        int validate = tokens.find(2, "validate constraint");
        Optional<SqlTokens.Name> table = tokens.name(tokens.has(2, "only") ? 3 : 2);
        Optional<SqlTokens.Name> name = validate < 0 ? Optional.empty() : tokens.name(validate + 2);
        return table.isPresent()
                && name.isPresent()
                && connection
                        .value(WALKABLE.formatted(
                                literal(table.get().sql()), literal(name.get().last())))
                        .isPresent();
    }
}
