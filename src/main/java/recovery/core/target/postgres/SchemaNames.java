package recovery.core.target.postgres;

import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.Optional;

/**
 * The names of schemas that a swap keeps: that of each schema and an ending with the time, the same for all of one swap. The
 * name of such a set is a star and the ending, e.g. {@code *_before_20261120081500}. Stateless.
 */
final class SchemaNames {
    private static final String ALL = "*";
    private static final String BEFORE = "_before_";
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("uuuuMMddHHmmss");
    private static final int ENDING_LENGTH = BEFORE.length() + 14;

    private SchemaNames() {}

    /** Of the set. */
    static String previous(LocalDateTime time) {
        return ALL + BEFORE + TIME.format(time);
    }

    /** Whether it can be the name of a set. */
    static boolean isPrevious(String name) {
        return name.startsWith(ALL) && name.length() == ENDING_LENGTH + 1 && isKept(name);
    }

    /** Whether a schema is named like one that a swap keeps. */
    static boolean isKept(String schema) {
        return timeOf(schema).isPresent();
    }

    /** When a set or a schema of it ceased to be live. */
    static Optional<LocalDateTime> timeOf(String name) {
        if (!name.matches("(?s).*" + BEFORE + "[0-9]{14}")) {
            return Optional.empty();
        }
        try {
            return Optional.of(LocalDateTime.parse(name.substring(name.length() - 14), TIME));
        } catch (DateTimeParseException notATime) {
            return Optional.empty();
        }
    }

    /** By which the schemas of the set end. */
    static String ending(String set) {
        return set.substring(ALL.length());
    }

    /** The set to which a schema belongs that a swap keeps. */
    static String setOf(String schema) {
        return ALL + schema.substring(schema.length() - ENDING_LENGTH);
    }

    /** The name of {@code schema} in a set; a long one is cut. */
    static String kept(String schema, String set) {
        return new PostgresNames(schema).fit(ending(set));
    }

    /** Without the ending; if that is not the whole name of the schema, {@link KeptMark} knows it. */
    static String stem(String kept) {
        return kept.substring(0, kept.length() - ENDING_LENGTH);
    }

    /** Of a live schema while a dump is loaded, which nobody else sees. */
    static String aside(String schema, String id) {
        return new PostgresNames(schema).fit("_aside_" + id);
    }
}
