package recovery.core.target.postgres;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Divides tables among statements: a large one has a statement of its own, the largest first; of small ones many share
 * one, because a round trip for each would cost more than the work. Stateless.
 */
final class TableGroups {
    private static final long SMALL_BYTES = 1024 * 1024;
    private static final int MOST_TOGETHER = 50;

    private TableGroups() {}

    /**
     * @param asked the name by which somebody asked for it
     * @param sql its name as SQL
     */
    record Sized(String asked, String sql, String kind, long bytes) {}

    static List<List<Sized>> of(List<Sized> tables) {
        List<List<Sized>> groups = new ArrayList<>();
        List<Sized> small = new ArrayList<>();
        for (Sized table : tables.stream()
                .sorted(Comparator.comparingLong(Sized::bytes).reversed())
                .toList()) {
            if (table.bytes() > SMALL_BYTES) {
                groups.add(List.of(table));
            } else {
                small.add(table);
            }
        }
        for (int from = 0; from < small.size(); from += MOST_TOGETHER) {
            groups.add(List.copyOf(small.subList(from, Math.min(small.size(), from + MOST_TOGETHER))));
        }
        return groups;
    }
}
