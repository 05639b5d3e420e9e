package recovery.core.target.postgres;

import java.sql.Array;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import recovery.core.target.CopyFacts.Measurement;
import recovery.core.target.LoadWatch;

/** Rows whose foreign key leads nowhere. Only looked for if the load may have gone behind the database's back. */
final class Orphans {
    private final PostgresSession session;
    private final LoadWatch watch;

    Orphans(PostgresSession session, LoadWatch watch) {
        this.session = session;
        this.watch = watch;
    }

    private record ForeignKey(
            String name,
            String child,
            String parent,
            boolean full,
            List<String> columns,
            List<String> referenced,
            List<String> operators) {}

    /** Keys that were never validated are left out: their rows were not right where they come from either. */
    Measurement measure(boolean foreignKeysProven) throws SQLException {
        List<ForeignKey> keys = session.list(Orphans::read, select(session));
        List<String> wrong = new ArrayList<>();
        if (!foreignKeysProven) {
            for (ForeignKey key : keys) {
                watch.cancellation().check();
                watch.object("foreign key " + key.name());
                long orphans = session.number(count(key));
                if (orphans > 0) {
                    wrong.add("%d rows of %s have no row in %s (%s)"
                            .formatted(orphans, key.child(), key.parent(), key.name()));
                }
            }
        }
        return new Measurement("orphans", keys.size(), wrong, Optional.empty());
    }

    private static String select(PostgresSession session) throws SQLException {
        String names =
                "(SELECT array_agg(quote_ident(a.attname) ORDER BY u.i) FROM unnest(%s) WITH ORDINALITY u(num, i)"
                        + " JOIN pg_attribute a ON a.attrelid = %s AND a.attnum = u.num)";
        return "SELECT quote_ident(k.conname), CASE c.relkind WHEN 'p' THEN '' ELSE 'ONLY ' END || k.conrelid::regclass,"
                + " CASE p.relkind WHEN 'p' THEN '' ELSE 'ONLY ' END || k.confrelid::regclass, k.confmatchtype = 'f', "
                + names.formatted("k.conkey", "k.conrelid") + ", "
                + names.formatted("k.confkey", "k.confrelid")
                + ", (SELECT array_agg(format('OPERATOR(%I.%s)', n.nspname, o.oprname) ORDER BY u.i)"
                + " FROM unnest(k.conpfeqop) WITH ORDINALITY u(oid, i) JOIN pg_operator o ON o.oid = u.oid"
                + " JOIN pg_namespace n ON n.oid = o.oprnamespace)"
                + " FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid JOIN pg_class p ON p.oid = k.confrelid"
                + " WHERE k.contype = 'f' AND k.conparentid = 0 AND k.convalidated"
                // a key over periods is not about equal values
                + (session.version() >= 18 ? " AND NOT k.conperiod" : "")
                + session.neighbours().without("k.connamespace") + " ORDER BY 2, 1";
    }

    private static ForeignKey read(ResultSet row) throws SQLException {
        return new ForeignKey(
                row.getString(1),
                row.getString(2),
                row.getString(3),
                row.getBoolean(4),
                texts(row.getArray(5)),
                texts(row.getArray(6)),
                texts(row.getArray(7)));
    }

    private static List<String> texts(Array array) throws SQLException {
        return List.of((String[]) array.getArray());
    }

    private static String count(ForeignKey key) {
        List<String> present = new ArrayList<>();
        List<String> equal = new ArrayList<>();
        for (int i = 0; i < key.columns().size(); i++) {
            present.add("c." + key.columns().get(i) + " IS NOT NULL");
            equal.add("p.%s %s c.%s"
                    .formatted(
                            key.referenced().get(i),
                            key.operators().get(i),
                            key.columns().get(i)));
        }
        // MATCH FULL: some columns of the key set and others not is wrong as well, and finds no row here
        String counts = String.join(key.full() ? " OR " : " AND ", present);
        return "SELECT count(*) FROM %s c WHERE (%s) AND NOT EXISTS (SELECT 1 FROM %s p WHERE %s)"
                .formatted(key.child(), counts, key.parent(), String.join(" AND ", equal));
    }
}
