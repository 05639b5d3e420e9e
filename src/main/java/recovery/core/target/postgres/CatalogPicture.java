package recovery.core.target.postgres;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * All definitions of a database in the words of its server: by object, e.g. {@code index sales.orders_placed}, what it is.
 * Two databases of one server with the same picture have the same definitions, as far as the catalog can tell.
 */
final class CatalogPicture {
    private final Map<String, String> objects;

    private CatalogPicture(Map<String, String> objects) {
        this.objects = objects;
    }

    private record Row(String object, String definition) {}

    /** The session must have an empty search path, so that all names are written in full. */
    static CatalogPicture of(PostgresSession session) throws SQLException {
        Map<String, String> objects = new TreeMap<>();
        for (String question : CatalogQuestions.all(session.version())) {
            PostgresSession.Row<Row> reader = row -> new Row(row.getString(1), String.valueOf(row.getString(2)));
            for (Row row : session.list(reader, question)) {
                // what has the same name twice, as an aggregate of several forms, is told apart by its definition
                objects.merge(row.object(), row.definition(), (one, other) -> one + "; " + other);
            }
        }
        return new CatalogPicture(objects);
    }

    /** Sentences on how this live database differs from one made of {@code dumped} definitions; empty if not at all. */
    List<String> differences(CatalogPicture dumped) {
        List<String> sentences = new ArrayList<>();
        for (Map.Entry<String, String> live : objects.entrySet()) {
            String there = dumped.objects.get(live.getKey());
            if (there == null) {
                sentences.add("Missing in the definitions: %s.".formatted(live.getKey()));
            } else if (!there.equals(live.getValue())) {
                sentences.add("Different: %s is %s, and %s in the definitions."
                        .formatted(live.getKey(), shown(live.getValue(), there), shown(there, live.getValue())));
            }
        }
        dumped.objects.keySet().stream()
                .filter(object -> !objects.containsKey(object))
                .forEach(
                        object -> sentences.add("Only in the definitions, not in the database: %s.".formatted(object)));
        return sentences;
    }

    /** Around the place where two long texts begin to differ. */
    private static String shown(String text, String other) {
        int same = 0;
        while (same < Math.min(text.length(), other.length()) && text.charAt(same) == other.charAt(same)) {
            same++;
        }
        int from = text.length() <= 80 ? 0 : Math.max(0, Math.min(same - 20, text.length() - 60));
        int to = Math.min(text.length(), from + 80);
        String part = text.substring(from, to).replaceAll("\\s+", " ").strip();
        return "'" + (from > 0 ? "…" : "") + part + (to < text.length() ? "…" : "") + "'";
    }

    /** Whether rows of this database can be put into the tables of {@code dumped}: each has the same columns there. */
    boolean fitsInto(CatalogPicture dumped) {
        return objects.entrySet().stream()
                .filter(object -> object.getKey().startsWith(CatalogQuestions.COLUMN))
                .allMatch(object ->
                        type(object.getValue()).equals(type(dumped.objects.getOrDefault(object.getKey(), ""))));
    }

    /** Defaults and privileges do not matter to a row. */
    private static String type(String column) {
        int end = column.indexOf(CatalogQuestions.MORE);
        return end < 0 ? column : column.substring(0, end);
    }
}
