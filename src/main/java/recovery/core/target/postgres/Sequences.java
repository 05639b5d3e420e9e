package recovery.core.target.postgres;

import java.math.BigDecimal;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import recovery.core.target.CopyFacts.Measurement;

/** Whether the next number of each sequence is free in the columns that it fills. */
final class Sequences {
    /** Owned and identity columns by pg_depend on the column, others by their default; cycling ones may collide anyway. */
    private static final String FILLED = """
            SELECT DISTINCT s.seqrelid::regclass::text, f.relid::regclass::text, quote_ident(a.attname), s.seqincrement
            FROM pg_sequence s
            JOIN (SELECT d.objid AS seq, d.refobjid AS relid, d.refobjsubid AS num FROM pg_depend d
                  WHERE d.classid = 'pg_class'::regclass AND d.refclassid = 'pg_class'::regclass
                    AND d.deptype IN ('a', 'i') AND d.refobjsubid > 0
                  UNION
                  SELECT d.refobjid, t.adrelid, t.adnum FROM pg_depend d JOIN pg_attrdef t ON t.oid = d.objid
                  WHERE d.classid = 'pg_attrdef'::regclass AND d.refclassid = 'pg_class'::regclass) f
              ON f.seq = s.seqrelid
            JOIN pg_attribute a ON a.attrelid = f.relid AND a.attnum = f.num
            JOIN pg_class c ON c.oid = f.relid AND c.relkind IN ('r', 'p') AND c.relpersistence <> 't'
            JOIN pg_namespace n ON n.oid = c.relnamespace
            WHERE NOT s.seqcycle AND NOT a.attisdropped
              AND a.atttypid IN ('int2'::regtype, 'int4'::regtype, 'int8'::regtype, 'numeric'::regtype)
              AND n.nspname NOT LIKE 'pg\\_%%' AND n.nspname <> 'information_schema'%s
            ORDER BY 1, 2, 3""";

    private final PostgresSession session;

    Sequences(PostgresSession session) {
        this.session = session;
    }

    private record Filled(String sequence, String table, String column, boolean upwards) {}

    private record State(BigDecimal last, boolean called) {}

    Measurement measure(String name) throws SQLException {
        List<Filled> all = session.list(
                row -> new Filled(row.getString(1), row.getString(2), row.getString(3), row.getLong(4) > 0),
                FILLED.formatted(session.neighbours().without("n.oid")));
        List<String> wrong = new ArrayList<>();
        for (Filled filled : all) {
            behind(filled).ifPresent(wrong::add);
        }
        return new Measurement(name, all.size(), wrong, Optional.empty());
    }

    private Optional<String> behind(Filled filled) throws SQLException {
        // min and max take the index of the column, where it has one
        Optional<BigDecimal> furthest = session.list(
                        row -> Optional.ofNullable(row.getBigDecimal(1)),
                        "SELECT %s(%s)::numeric FROM %s"
                                .formatted(filled.upwards() ? "max" : "min", filled.column(), filled.table()))
                .get(0);
        if (furthest.isEmpty()) {
            return Optional.empty();
        }
        State state = session.first(
                        row -> new State(row.getBigDecimal(1), row.getBoolean(2)),
                        "SELECT last_value::numeric, is_called FROM " + filled.sequence())
                .orElseThrow();
        int ahead = state.last().compareTo(furthest.get()) * (filled.upwards() ? 1 : -1);
        boolean free = state.called() ? ahead >= 0 : ahead > 0;
        return free
                ? Optional.empty()
                : Optional.of("sequence %s stands at %s%s, and %s.%s holds %s"
                        .formatted(
                                filled.sequence(),
                                state.last().toPlainString(),
                                state.called() ? "" : " (not yet given out)",
                                filled.table(),
                                filled.column(),
                                furthest.get().toPlainString()));
    }
}
