package recovery.core.target;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What was measured on a copy or on the live database. Only facts: whether they are good is for {@code core.verify}.
 *
 * @param rows by table name as asked for; a table that does not exist is absent
 */
public record CopyFacts(Map<String, Long> rows, List<Measurement> measurements) {
    /**
     * One look at the structure.
     *
     * @param name e.g. {@code constraints}, {@code indexes}, {@code sequences}, {@code orphans}, {@code integrity}
     * @param examined how many objects were looked at
     * @param wrong each with its name and what is wrong, for people
     * @param impossible why it could not be measured; then nothing else counts
     */
    public record Measurement(String name, long examined, List<String> wrong, Optional<String> impossible) {
        public Measurement {
            wrong = List.copyOf(wrong);
        }
    }

    /** The measurement of a file that was copied as it is: nothing was read from it row by row. */
    public static final String BYTES = "bytes";

    /** Stands for everything that could not be looked at because what was copied cannot be read; always impossible. */
    public static final String CONTENTS = "contents";

    /**
     * Ends the name of a measurement of what the backup itself brings: wrong or not, a faithful copy has it, and keeping
     * the operator from it would not make it better.
     */
    public static final String IN_BACKUP = "-in-backup";

    /** Whether the copy holds every byte of the backup, so that its rows need no comparison. */
    public boolean copiedByteForByte() {
        return measurements.stream()
                .anyMatch(one -> one.name().equals(BYTES)
                        && one.wrong().isEmpty()
                        && one.impossible().isEmpty());
    }

    /** Whether the tables of the copy could be looked at. */
    public boolean isReadable() {
        return measurements.stream().noneMatch(one -> one.name().equals(CONTENTS));
    }

    public CopyFacts {
        rows = Map.copyOf(rows);
        measurements = List.copyOf(measurements);
    }
}
