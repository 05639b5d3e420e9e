package recovery.core.target.postgres;

import java.sql.SQLException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * What earlier runs of a load have finished, as {@link LedgerTable} has it. For the thread of the load, once it is read;
 * what is about statements any thread may ask.
 */
final class FinishedWork {
    private long dataBegins;
    private int definitions;
    private final Map<Place, Attempted> statements = new HashMap<>();
    private final Map<Long, Stored> rows = new HashMap<>();
    private final Map<Long, String> begun = new HashMap<>();
    private final NavigableMap<Long, Long> inserts = new TreeMap<>();
    private final NavigableMap<Long, Long> objects = new TreeMap<>();
    private final Set<Long> uncounted = new HashSet<>();

    /**
     * A statement or step of one.
     *
     * @param hash of its words
     * @param failures of the attempts before the one that ended it, for {@link FailureText}; empty for none
     */
    private record Attempted(int hash, String failures) {}

    /** Rows of one part, in the table that the dump calls so. */
    record Stored(String table, long rows, long bytes) {}

    /** Kinds of lines. */
    enum Kind {
        /** Everything before the part is done, and what follows is noted. */
        BEGIN,
        STATEMENT,
        ROWS,
        /** Rows of the part were begun for a table into which others bring rows as well. */
        ROWS_BEGUN,
        INSERTS,
        INSERT_UNCOUNTED,
        OBJECTS
    }

    void add(Kind kind, long part, long last, int step, int hash, long rowCount, long bytes, String said) {
        switch (kind) {
            case BEGIN -> {
                dataBegins = part;
                definitions = hash;
            }
            case STATEMENT -> statements.put(new Place(part, step), new Attempted(hash, said));
            case ROWS -> rows.put(part, new Stored(said, rowCount, bytes));
            case ROWS_BEGUN -> begun.put(part, said);
            case INSERTS -> inserts.merge(part, last, Math::max);
            case INSERT_UNCOUNTED -> uncounted.add(part);
            case OBJECTS -> objects.merge(part, last, Math::max);
        }
    }

    /** Whether there is anything that a load could go on from. */
    boolean isSome() {
        return dataBegins > 0;
    }

    /** The first part of which it is noted whether it is done; all before it are. */
    long dataBegins() {
        return dataBegins;
    }

    /** A hash of the words of all statements before the data. */
    int definitions() {
        return definitions;
    }

    boolean isDone(Place place) {
        return (place.step() == Place.WHOLE && place.part() > 0 && place.part() < dataBegins)
                || statements.containsKey(place);
    }

    /** With what the attempts at it failed, before one succeeded or it was left out; only if it is done. */
    List<SQLException> failures(Place place) {
        Attempted attempted = statements.get(place);
        return attempted == null ? List.of() : FailureText.failures(attempted.failures());
    }

    /** Whether it was done in the same words, as far as that is known. */
    boolean isSame(Place place, int hash) {
        Attempted attempted = statements.get(place);
        return attempted == null || attempted.hash() == hash;
    }

    /** The rows of {@code part} if all of them are stored. */
    Optional<Stored> rows(long part) {
        return Optional.ofNullable(rows.get(part)).filter(stored -> !isHalfFull(stored.table()));
    }

    /** Rows of a part came into the table in part; it is to be emptied with all that other parts brought. */
    boolean isHalfFull(String table) {
        return begun.entrySet().stream()
                .anyMatch(one -> one.getValue().equals(table) && !rows.containsKey(one.getKey()));
    }

    /** The table holds nothing any more of what was noted for it. */
    void emptied(String table) {
        rows.values().removeIf(stored -> stored.table().equals(table));
        begun.values().removeIf(table::equals);
    }

    boolean hasInserted(long part) {
        return isIn(inserts, part);
    }

    /** The INSERT of this part stored another number of rows than it holds. */
    boolean isUncounted(long part) {
        return uncounted.contains(part);
    }

    boolean hasObject(long part) {
        return isIn(objects, part);
    }

    private static boolean isIn(NavigableMap<Long, Long> ranges, long part) {
        Map.Entry<Long, Long> range = ranges.floorEntry(part);
        return range != null && range.getValue() >= part;
    }
}
