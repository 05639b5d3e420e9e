package recovery.core.dump;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import recovery.core.dump.SelectionScope.Relation;
import recovery.core.error.Note;

/** What a selection left out of a dump, by name and for the report. For one thread. */
final class LeftOut {
    private static final int NAMED_AT_MOST = 10;

    private final Set<Relation> names = new HashSet<>();
    private final Set<Integer> entries = new HashSet<>();
    private final Map<String, List<String>> needing = new LinkedHashMap<>();
    private final List<String> partitions = new ArrayList<>();
    private boolean largeObjects;

    void add(Relation name) {
        names.add(name);
    }

    void add(Entry entry) {
        if (entry.dumpId() != 0) {
            entries.add(entry.dumpId());
        }
    }

    boolean contains(Relation name) {
        return names.contains(name);
    }

    /** An archive says that {@code entry} needs an entry that was left out. */
    boolean needs(Entry entry) {
        return entry.dependencies().stream().anyMatch(entries::contains);
    }

    /** Something that would have been taken, was it not for what it needs. */
    void needing(String kind, String name) {
        needing.computeIfAbsent(kind, any -> new ArrayList<>()).add(name);
    }

    void partition(String name) {
        partitions.add(name);
    }

    void largeObjects() {
        largeObjects = true;
    }

    List<Note> notes() {
        List<Note> notes = new ArrayList<>();
        needing.forEach((kind, objects) -> notes.add(new Note(
                "SELECTION_LEFT_OUT",
                "%d of kind %s left out, since what they need is not among what was selected: %s."
                        .formatted(objects.size(), kind.toLowerCase(Locale.ROOT), list(objects)))));
        if (!partitions.isEmpty()) {
            notes.add(new Note(
                    "SELECTION_LEFT_OUT",
                    "The rows of a partitioned table are in its partitions, and these were not selected: %s."
                            .formatted(list(partitions))));
        }
        if (largeObjects) {
            notes.add(new Note(
                    "SELECTION_LEFT_OUT",
                    "Large objects were left out: they belong to no table, so they come only with everything."));
        }
        return notes;
    }

    private static String list(List<String> objects) {
        String first = String.join(", ", objects.subList(0, Math.min(NAMED_AT_MOST, objects.size())));
        return objects.size() > NAMED_AT_MOST
                ? "%s and %d more".formatted(first, objects.size() - NAMED_AT_MOST)
                : first;
    }
}
