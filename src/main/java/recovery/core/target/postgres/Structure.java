package recovery.core.target.postgres;

import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import recovery.core.error.Note;
import recovery.core.target.CopyFacts.Measurement;

/** Whether the constraints of a database are in force and its indexes usable. */
final class Structure {
    private static final String OURS = "n.nspname NOT LIKE 'pg\\_%' AND n.nspname <> 'information_schema'";
    private static final String OF_CONSTRAINTS =
            " FROM pg_constraint k JOIN pg_namespace n ON n.oid = k.connamespace WHERE " + OURS;
    private static final String OF_INDEXES = " FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid"
            + " JOIN pg_namespace n ON n.oid = c.relnamespace WHERE " + OURS;

    private Structure() {}

    /**
     * Wrong are foreign keys whose own triggers are switched off, as a script that was to switch them on again and did
     * not leaves them: such a constraint looks fine and checks nothing.
     *
     * <p>A constraint that is not validated is not wrong here: the server validates each one as it is added unless
     * the dump itself says NOT VALID or NOT ENFORCED, and nothing else adds any. A note of the load names them.
     */
    static Measurement constraints(PostgresSession session) throws SQLException {
        return new Measurement(
                "constraints",
                session.number("SELECT count(*)" + OF_CONSTRAINTS
                        + session.neighbours().without("n.oid")),
                session.texts("SELECT DISTINCT format('constraint %s on %s is switched off',"
                        + " quote_ident(k.conname), k.conrelid::regclass)" + OF_CONSTRAINTS
                        + session.neighbours().without("n.oid")
                        + " AND EXISTS (SELECT 1 FROM pg_trigger t WHERE t.tgconstraint = k.oid AND t.tgisinternal"
                        + " AND t.tgenabled = 'D') ORDER BY 1"),
                Optional.empty());
    }

    /** Whether there are as many large objects as were written. */
    static Measurement largeObjects(PostgresSession session, long expected) throws SQLException {
        long found = session.number("SELECT count(*) FROM pg_largeobject_metadata")
                - session.neighbours().largeObjects();
        return new Measurement(
                "large objects",
                found,
                found == expected ? List.of() : List.of("%d large objects instead of %d".formatted(found, expected)),
                Optional.empty());
    }

    /**
     * Wrong are indexes that the server does not use or keep up. An index over all partitions that lacks that of a
     * partition is not: the source had it so, and the server says it is not valid until the last one is attached.
     */
    static Measurement indexes(PostgresSession session) throws SQLException {
        return new Measurement(
                "indexes",
                session.number(
                        "SELECT count(*)" + OF_INDEXES + session.neighbours().without("n.oid")),
                session.texts("SELECT format('index %s on %s is not valid', i.indexrelid::regclass,"
                        + " i.indrelid::regclass)" + OF_INDEXES
                        + session.neighbours().without("n.oid") + " AND c.relkind = 'i'"
                        + " AND NOT (i.indisvalid AND i.indisready AND i.indislive) ORDER BY 1"),
                Optional.empty());
    }

    /** The server validates every constraint unless the dump says NOT VALID, so these were so where they come from. */
    static List<Note> unvalidated(PostgresSession copy) throws SQLException {
        List<String> names = copy.texts("SELECT format('%s on %s', quote_ident(conname), conrelid::regclass)"
                + " FROM pg_constraint WHERE NOT convalidated AND conrelid <> 0"
                + copy.neighbours().without("connamespace") + " ORDER BY 1");
        return names.isEmpty()
                ? List.of()
                : List.of(new Note(
                        "CONSTRAINT_NOT_VALID",
                        "The backup itself marks these constraints as never validated, and so they are: %s."
                                .formatted(String.join(", ", names))));
    }
}
