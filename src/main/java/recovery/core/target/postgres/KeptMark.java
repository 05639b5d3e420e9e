package recovery.core.target.postgres;

import static recovery.core.target.postgres.PostgresNames.literal;
import static recovery.core.target.postgres.PostgresNames.quoted;

import java.util.Optional;

/**
 * What is written into the comment of a schema that a swap keeps, where its name alone does not tell: that there was no
 * such schema before, or what it was called if that did not fit. The comment that it had stands behind.
 *
 * @param absent there was no schema of that name: this one is empty and stands for that
 * @param name of the schema while it was live
 * @param comment that it had
 */
record KeptMark(boolean absent, String name, Optional<String> comment) {
    private static final String ABSENT = "[recovery: there was no schema ";
    private static final String CALLED = "[recovery: called ";
    private static final String END = "]";

    /** Reads the mark, or what the name tells. */
    static KeptMark of(String kept, Optional<String> comment) {
        String text = comment.orElse("");
        for (String begin : new String[] {ABSENT, CALLED}) {
            int end = text.indexOf(END + "\n");
            if (text.startsWith(begin) && end >= 0) {
                String before = text.substring(end + 2);
                return new KeptMark(
                        begin.equals(ABSENT),
                        text.substring(begin.length(), end),
                        Optional.of(before).filter(rest -> !rest.isEmpty()));
            }
        }
        return new KeptMark(false, SchemaNames.stem(kept), comment);
    }

    /** The statement that marks the schema {@code kept}, which is there; empty if its name tells everything. */
    String write(String kept) {
        boolean needless = !absent && SchemaNames.stem(kept).equals(name);
        return needless
                ? ""
                : "COMMENT ON SCHEMA %s IS %s;"
                        .formatted(
                                quoted(kept),
                                literal((absent ? ABSENT : CALLED) + name + END + "\n" + comment.orElse("")));
    }

    /** The statement that takes the mark off the schema, which is called {@link #name} again; empty without a mark. */
    String erase(String kept) {
        return SchemaNames.stem(kept).equals(name)
                ? ""
                : "COMMENT ON SCHEMA %s IS %s;"
                        .formatted(
                                quoted(name),
                                comment.map(PostgresNames::literal).orElse("NULL"));
    }
}
