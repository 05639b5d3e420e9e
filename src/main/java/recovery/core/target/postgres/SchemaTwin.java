package recovery.core.target.postgres;

import static recovery.core.target.postgres.PostgresNames.literal;
import static recovery.core.target.postgres.PostgresNames.quoted;

import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

/** Makes an empty schema with the owner, privileges and comment of another one, which was renamed. */
final class SchemaTwin {
    private final PostgresSession session;

    SchemaTwin(PostgresSession session) {
        this.session = session;
    }

    private record Grant(String grantee, String privilege, boolean grantable) {}

    void make(long of, String name, String owner) throws SQLException {
        session.execute("CREATE SCHEMA %s AUTHORIZATION %s".formatted(quoted(name), quoted(owner)));
        String explode = "SELECT CASE a.grantee WHEN 0 THEN 'PUBLIC' ELSE pg_catalog.quote_ident("
                + "pg_catalog.pg_get_userbyid(a.grantee)) END, a.privilege_type, bool_or(a.is_grantable)"
                + " FROM pg_catalog.pg_namespace n, pg_catalog.aclexplode(coalesce(n.nspacl,"
                + " pg_catalog.acldefault('n', n.nspowner))) a WHERE %s GROUP BY 1, 2 ORDER BY 1, 2";
        PostgresSession.Row<Grant> reader = row -> new Grant(row.getString(1), row.getString(2), row.getBoolean(3));
        List<Grant> wanted = session.list(reader, explode.formatted("n.oid = " + of));
        List<Grant> present = session.list(reader, explode.formatted("n.nspname = " + literal(name)));
        for (Grant grant : present) {
            if (!wanted.contains(grant)) {
                session.execute("REVOKE %s ON SCHEMA %s FROM %s CASCADE"
                        .formatted(grant.privilege(), quoted(name), grant.grantee()));
            }
        }
        for (Grant grant : wanted) {
            if (!present.contains(grant)) {
                session.execute("GRANT %s ON SCHEMA %s TO %s%s"
                        .formatted(
                                grant.privilege(),
                                quoted(name),
                                grant.grantee(),
                                grant.grantable() ? " WITH GRANT OPTION" : ""));
            }
        }
        Optional<String> comment =
                session.first(row -> row.getString(1), "SELECT pg_catalog.obj_description(" + of + ", 'pg_namespace')");
        if (comment.isPresent()) {
            session.execute("COMMENT ON SCHEMA %s IS %s".formatted(quoted(name), literal(comment.get())));
        }
    }
}
