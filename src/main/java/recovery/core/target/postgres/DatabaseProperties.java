package recovery.core.target.postgres;

import static recovery.core.target.postgres.PostgresNames.literal;
import static recovery.core.target.postgres.PostgresNames.quoted;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import recovery.core.error.Note;

/**
 * Carries over to the copy what PostgreSQL binds to a database and not to its name or content: owner, privileges,
 * settings, connection limit, comment. What cannot be carried over becomes a note; the live database is only read.
 */
final class DatabaseProperties {
    private final PostgresSession session;
    private final String live;
    private final String copy;
    private final List<Note> notes = new ArrayList<>();

    DatabaseProperties(PostgresSession session, String live, String copy) {
        this.session = session;
        this.live = live;
        this.copy = copy;
    }

    /** Notes on what could not be carried over; empty if there is no live database. */
    List<Note> carryOver() throws SQLException {
        Optional<DatabaseRow> from = DatabaseRow.find(session, live);
        Optional<DatabaseRow> to = DatabaseRow.find(session, copy);
        if (from.isPresent() && to.isPresent()) {
            settings(from.get(), to.get());
            comment(from.get());
            run(
                    "CONNECTION_LIMIT_LOST",
                    "connection limit %d".formatted(from.get().connectionLimit()),
                    "ALTER DATABASE " + quoted(copy) + " CONNECTION LIMIT "
                            + from.get().connectionLimit());
            owner(from.get(), to.get());
            privileges(from.get());
            notes.addAll(new BoundToDatabase(session, from.get()).notes());
        }
        return notes;
    }

    private void owner(DatabaseRow from, DatabaseRow to) throws SQLException {
        if (!from.owner().equals(to.owner())) {
            run(
                    "OWNER_LOST",
                    "owner '%s'".formatted(from.owner()),
                    "ALTER DATABASE " + quoted(copy) + " OWNER TO " + quoted(from.owner()));
        }
    }

    private void comment(DatabaseRow from) throws SQLException {
        String comment = session.text("SELECT shobj_description(?::oid, 'pg_database')", from.oid());
        run(
                "COMMENT_LOST",
                "comment",
                "COMMENT ON DATABASE " + quoted(copy) + " IS " + (comment == null ? "NULL" : literal(comment)));
    }

    private record Grant(String grantee, String privilege, boolean grantable) {}

    /** Privileges without an entry are the defaults, which a new database has as well. */
    private void privileges(DatabaseRow from) throws SQLException {
        String explode = "SELECT CASE a.grantee WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(a.grantee)) END,"
                + " a.privilege_type, bool_or(a.is_grantable) FROM pg_database d,"
                + " aclexplode(coalesce(d.datacl, acldefault('d', d.datdba))) a WHERE d.datname = ?"
                + " GROUP BY 1, 2 ORDER BY 1, 2";
        PostgresSession.Row<Grant> reader = row -> new Grant(row.getString(1), row.getString(2), row.getBoolean(3));
        List<Grant> wanted = session.list(reader, explode, from.name());
        List<Grant> present = session.list(reader, explode, copy);
        if (wanted.equals(present)) {
            return;
        }
        for (String grantee : present.stream().map(Grant::grantee).distinct().toList()) {
            run(
                    "PRIVILEGE_LOST",
                    "privileges of " + grantee,
                    "REVOKE ALL ON DATABASE " + quoted(copy) + " FROM " + grantee);
        }
        for (Grant grant : wanted) {
            run(
                    "PRIVILEGE_LOST",
                    "privilege %s of %s".formatted(grant.privilege(), grant.grantee()),
                    "GRANT %s ON DATABASE %s TO %s%s"
                            .formatted(
                                    grant.privilege(),
                                    quoted(copy),
                                    grant.grantee(),
                                    grant.grantable() ? " WITH GRANT OPTION" : ""));
        }
    }

    private record Setting(String role, String assignment) {}

    private void settings(DatabaseRow from, DatabaseRow to) throws SQLException {
        String select = "SELECT CASE setrole WHEN 0 THEN '' ELSE pg_get_userbyid(setrole) END, unnest(setconfig)"
                + " FROM pg_db_role_setting WHERE setdatabase = ?::oid";
        PostgresSession.Row<Setting> reader = row -> new Setting(row.getString(1), row.getString(2));
        List<Setting> wanted = session.list(reader, select, from.oid());
        List<Setting> present = session.list(reader, select, to.oid());
        for (String role : present.stream().map(Setting::role).distinct().toList()) {
            run("SETTING_LOST", "settings of the backup", whose(role) + " RESET ALL");
        }
        for (Setting setting : wanted) {
            int equals = setting.assignment().indexOf('=');
            String name = setting.assignment().substring(0, equals);
            String value = setting.assignment().substring(equals + 1);
            run(
                    "SETTING_LOST",
                    "setting %s%s".formatted(name, setting.role().isEmpty() ? "" : " of '" + setting.role() + "'"),
                    whose(setting.role()) + " SET " + SettingValue.assignment(name, value));
        }
    }

    private String whose(String role) {
        return role.isEmpty()
                ? "ALTER DATABASE " + quoted(copy)
                : "ALTER ROLE " + quoted(role) + " IN DATABASE " + quoted(copy);
    }

    /** Runs it, or notes that the role may not do it or the server does not know it. */
    private void run(String code, String what, String sql) throws SQLException {
        try {
            session.execute(sql);
        } catch (SQLException e) {
            if (PostgresErrors.surroundings(e, "").isPresent()
                    || PostgresErrors.state(e).equals("57014")) {
                throw e;
            }
            notes.add(new Note(
                    code,
                    "The %s of '%s' could not be carried over: %s; run it by hand after the swap."
                            .formatted(what, live, PostgresErrors.said(e))));
        }
    }
}
