package recovery.core.dump;

import java.util.Optional;

/**
 * What to take from a dump.
 *
 * @param database of a dump that holds several; empty for the only one, or for {@code preferred}
 * @param preferred the database that is taken from several if none is named and this one is among them
 */
public record DumpChoice(Optional<String> database, Optional<String> preferred, Selection selection) {
    public static final DumpChoice EVERYTHING =
            new DumpChoice(Optional.empty(), Optional.empty(), Selection.EVERYTHING);
}
