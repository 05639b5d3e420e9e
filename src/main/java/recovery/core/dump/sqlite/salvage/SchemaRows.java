package recovery.core.dump.sqlite.salvage;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** Collects the rows of {@code sqlite_schema}: type, name, table, root page, SQL. */
final class SchemaRows implements RowSink {
    private static final int MOST = 200_000;
    private static final Set<String> TYPES = Set.of("table", "index", "trigger", "view");

    private final List<SchemaEntry> entries = new ArrayList<>();
    private int others;

    @Override
    public void row(SalvagedRow row) {
        Optional<SchemaEntry> entry = entry(row.values());
        if (entry.isPresent() && entries.size() < MOST) {
            entries.add(entry.get());
        } else {
            others++;
        }
    }

    @Override
    public void remains(SalvagedRow row) {
        others++;
    }

    List<SchemaEntry> entries() {
        return entries;
    }

    /** Rows that are no definitions. */
    int others() {
        return others;
    }

    private static Optional<SchemaEntry> entry(List<Object> values) {
        boolean like = values.size() == 5
                && values.get(0) instanceof String type
                && TYPES.contains(type)
                && values.get(1) instanceof String
                && values.get(2) instanceof String
                && (values.get(3) == null || values.get(3) instanceof Long)
                && (values.get(4) == null
                        || (values.get(4) instanceof String sql
                                && sql.toUpperCase(Locale.ROOT).startsWith("CREATE ")));
        if (!like) {
            return Optional.empty();
        }
        long root = values.get(3) == null ? 0 : (Long) values.get(3);
        return Optional.of(new SchemaEntry(
                (String) values.get(0),
                (String) values.get(1),
                (String) values.get(2),
                root > 0 && root <= Integer.MAX_VALUE ? (int) root : 0,
                values.get(4) == null ? "" : (String) values.get(4)));
    }
}
