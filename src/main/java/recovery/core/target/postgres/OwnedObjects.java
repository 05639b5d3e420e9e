package recovery.core.target.postgres;

import static recovery.core.target.postgres.PostgresNames.quoted;

import java.sql.SQLException;
import java.util.List;

/**
 * Hands what the restoring role still owns in the copy to another role: what the dump gave no owner, such as one made
 * with {@code --no-owner}. REASSIGN OWNED would hand over the databases of the server as well. For one thread.
 */
final class OwnedObjects {
    /** Neither members of extensions nor parts of other objects, which follow those. */
    private static final String STATEMENTS = """
            WITH owned (class, id) AS (
              SELECT 'pg_namespace'::regclass, oid FROM pg_namespace WHERE nspowner = %1$s
              UNION ALL SELECT 'pg_class'::regclass, oid FROM pg_class
                        WHERE relowner = %1$s AND relkind IN ('r', 'p', 'v', 'm', 'f', 'S')
              UNION ALL SELECT 'pg_proc'::regclass, oid FROM pg_proc WHERE proowner = %1$s
              UNION ALL SELECT 'pg_type'::regclass, oid FROM pg_type WHERE typowner = %1$s
              UNION ALL SELECT 'pg_operator'::regclass, oid FROM pg_operator WHERE oprowner = %1$s
              UNION ALL SELECT 'pg_opclass'::regclass, oid FROM pg_opclass WHERE opcowner = %1$s
              UNION ALL SELECT 'pg_opfamily'::regclass, oid FROM pg_opfamily WHERE opfowner = %1$s
              UNION ALL SELECT 'pg_collation'::regclass, oid FROM pg_collation WHERE collowner = %1$s
              UNION ALL SELECT 'pg_conversion'::regclass, oid FROM pg_conversion WHERE conowner = %1$s
              UNION ALL SELECT 'pg_ts_dict'::regclass, oid FROM pg_ts_dict WHERE dictowner = %1$s
              UNION ALL SELECT 'pg_ts_config'::regclass, oid FROM pg_ts_config WHERE cfgowner = %1$s
              UNION ALL SELECT 'pg_foreign_data_wrapper'::regclass, oid FROM pg_foreign_data_wrapper
                        WHERE fdwowner = %1$s
              UNION ALL SELECT 'pg_foreign_server'::regclass, oid FROM pg_foreign_server WHERE srvowner = %1$s
              UNION ALL SELECT 'pg_event_trigger'::regclass, oid FROM pg_event_trigger WHERE evtowner = %1$s
              UNION ALL SELECT 'pg_publication'::regclass, oid FROM pg_publication WHERE pubowner = %1$s
              UNION ALL SELECT 'pg_largeobject_metadata'::regclass, oid FROM pg_largeobject_metadata
                        WHERE lomowner = %1$s
              UNION ALL SELECT 'pg_statistic_ext'::regclass, oid FROM pg_statistic_ext WHERE stxowner = %1$s
              UNION ALL SELECT 'pg_language'::regclass, oid FROM pg_language WHERE lanowner = %1$s)
            SELECT format('ALTER %%s %%s OWNER TO ',
                          CASE o.type WHEN 'statistics object' THEN 'statistics' WHEN 'composite type' THEN 'type'
                                      ELSE replace(o.type, '-', ' ') END, o.identity)
            FROM owned, pg_identify_object(
                   CASE WHEN class = 'pg_largeobject_metadata'::regclass THEN 'pg_largeobject'::regclass
                        ELSE class END, id, 0) o
            WHERE id >= 16384%2$s AND NOT starts_with(o.identity, '%3$s') AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = class AND d.objid = id
                  AND (d.deptype IN ('e', 'i') OR (d.deptype = 'a' AND class = 'pg_class'::regclass
                       AND d.refclassid = 'pg_class'::regclass)))""";

    private final LoadConnection connection;

    OwnedObjects(LoadConnection connection) {
        this.connection = connection;
    }

    void handTo(String role, LoadNotes notes) throws SQLException {
        connection.run("SET search_path = pg_catalog");
        List<String> statements = connection.values(STATEMENTS.formatted(
                "(SELECT oid FROM pg_roles WHERE rolname = current_user)", ofTheDump(), LedgerTable.SCHEMA));
        for (String sql : statements) {
            try {
                connection.run(sql + quoted(role));
            } catch (SQLException e) {
                if (PostgresErrors.isConnectionLost(e)) {
                    throw e;
                }
                notes.addOwnerNotAllowed(role);
            }
        }
    }

    /** What is in no schema may have been there before. */
    private String ofTheDump() {
        return connection.neighbours().exist()
                ? " AND (SELECT true FROM pg_namespace n WHERE (quote_ident(n.nspname) = o.schema OR (class ="
                        + " 'pg_namespace'::regclass AND n.oid = id))"
                        + connection.neighbours().without("n.oid") + ")"
                : "";
    }
}
