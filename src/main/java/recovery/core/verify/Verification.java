package recovery.core.verify;

import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;

/** The verdict on a copy. "Could not verify" is {@link Status#INCOMPLETE} and never passes for OK. */
public record Verification(Status status, List<Check> checks, List<TableCheck> tables) {
    /** How a check or the whole verification ended. */
    public enum Status {
        PASSED,
        FAILED,
        INCOMPLETE;

        /** As it stands in JSON. */
        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** One check; {@code detail} is a sentence that names what is wrong, or what was looked at. */
    public record Check(String name, Status status, String detail) {}

    /** Rows read from the dump and rows in the copy. */
    public record TableCheck(String name, OptionalLong expected, OptionalLong restored) {}

    public Verification {
        checks = List.copyOf(checks);
        tables = List.copyOf(tables);
    }
}
