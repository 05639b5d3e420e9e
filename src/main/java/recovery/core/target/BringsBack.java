package recovery.core.target;

import java.util.List;
import java.util.Locale;

/**
 * What a safety copy of the live database can bring back.
 *
 * @param sentences for the operator; the first says it all, those behind it name what differs
 */
public record BringsBack(Extent extent, List<String> sentences) {
    /** From best to worst. */
    public enum Extent {
        /** The database as it was. */
        EVERYTHING,
        /** All rows, with definitions that are not all those of the live database. */
        OTHER_DEFINITIONS,
        /** All rows, and no definitions. */
        ROWS;

        /** As it stands in JSON. */
        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT).replace('_', ' ');
        }
    }

    public BringsBack {
        sentences = List.copyOf(sentences);
        if (sentences.isEmpty()) {
            throw new IllegalArgumentException("nothing is said");
        }
    }

    /** Everything comes back as it was. */
    public boolean isExact() {
        return extent == Extent.EVERYTHING;
    }
}
