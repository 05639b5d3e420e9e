package recovery.core.target.postgres;

import static recovery.core.error.ErrorCode.DATABASE_IN_USE;
import static recovery.core.error.ErrorCode.REQUEST_UNUSABLE;
import static recovery.core.error.RecoveryException.problem;
import static recovery.core.target.postgres.PostgresNames.literal;
import static recovery.core.target.postgres.PostgresNames.quoted;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.stream.Collectors;
import recovery.core.target.Target.Previous;

/** The sets of schemas that swaps kept in the live database. For one thread. */
final class PreviousSchemas {
    private final PostgresSession session;

    PreviousSchemas(PostgresSession session) {
        this.session = session;
    }

    /** A schema of a set, and what it was. */
    record Kept(String name, KeptMark mark) {}

    boolean exists(String set) throws SQLException {
        return SchemaNames.isPrevious(set) && !members(set).isEmpty();
    }

    List<Kept> members(String set) throws SQLException {
        String ending = SchemaNames.ending(set);
        return session.list(
                row -> new Kept(row.getString(1), KeptMark.of(row.getString(1), Optional.ofNullable(row.getString(2)))),
                "SELECT nspname, pg_catalog.obj_description(oid, 'pg_namespace') FROM pg_catalog.pg_namespace"
                        + " WHERE pg_catalog.right(nspname, " + ending.length() + ") = " + literal(ending)
                        + " ORDER BY 1");
    }

    /** Oldest first. */
    List<Previous> all() throws SQLException {
        Map<String, Long> sizes = new TreeMap<>();
        session.list(
                row -> {
                    if (SchemaNames.isKept(row.getString(1))) {
                        sizes.merge(SchemaNames.setOf(row.getString(1)), row.getLong(2), Long::sum);
                    }
                    return row.getString(1);
                },
                "SELECT n.nspname, coalesce((SELECT sum(pg_catalog.pg_total_relation_size(c.oid))"
                        + " FROM pg_catalog.pg_class c WHERE c.relnamespace = n.oid AND c.relkind IN ('r', 'm', 'S')), 0)"
                        + " FROM pg_catalog.pg_namespace n WHERE n.nspname LIKE '%\\_before\\_%'");
        List<Previous> found = new ArrayList<>();
        sizes.forEach((set, bytes) ->
                found.add(new Previous(set, SchemaNames.timeOf(set).orElseThrow(), OptionalLong.of(bytes))));
        return found;
    }

    /** Deletes a set; refuses if something else in the database needs a part of it. In autocommit. */
    void drop(String set) throws SQLException {
        if (!SchemaNames.isPrevious(set)) {
            throw problem(REQUEST_UNUSABLE, "'%s' is not the name of previous schemas", set)
                    .remedy("Drop other schemas with the tools of the server.");
        }
        List<Kept> members = members(set);
        if (members.isEmpty()) {
            return;
        }
        List<String> names = members.stream().map(Kept::name).toList();
        List<String> needing = new Dependents(session).outside(names);
        if (!needing.isEmpty()) {
            throw problem(
                            DATABASE_IN_USE,
                            "'%s' was not deleted, since other objects need it: %s",
                            set,
                            String.join(", ", needing))
                    .remedy("Keep it, or change these objects first.");
        }
        try {
            session.inTransaction("SET LOCAL lock_timeout = '2s'; DROP SCHEMA "
                    + names.stream().map(PostgresNames::quoted).collect(Collectors.joining(", ")) + " CASCADE");
        } catch (SQLException e) {
            if (!PostgresErrors.state(e).equals("55P03")) {
                throw e;
            }
            throw problem(DATABASE_IN_USE, "'%s' is in use and was not deleted: %s", set, PostgresErrors.said(e))
                    .causedBy(e)
                    .remedy("End what uses it, or keep it; nobody's session is ended for that.");
        }
    }

    /** As SQL. */
    static String dropEmpty(String schema) {
        return "DROP SCHEMA " + quoted(schema) + ";";
    }
}
