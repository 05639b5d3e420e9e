package recovery.core.target.postgres;

import static recovery.core.error.ErrorCode.DATABASE_IN_USE;
import static recovery.core.error.ErrorCode.EXTENSION_MISSING;
import static recovery.core.error.ErrorCode.REQUEST_UNUSABLE;
import static recovery.core.error.ErrorCode.RIGHTS_MISSING;
import static recovery.core.error.RecoveryException.problem;
import static recovery.core.target.postgres.PostgresNames.quoted;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import recovery.core.error.RecoveryException;
import recovery.core.inspect.Inspection;

/** Why a server cannot take a backup. Each refusal names the statement that removes the reason, where there is one. */
final class SurveyRefusals {
    private static final int OLDEST = 12;
    private static final int TABLES_SHOWN = 10;

    private final PostgresSettings settings;
    private final PostgresSession session;
    private final Optional<DatabaseRow> live;
    private final String name;
    private final List<RecoveryException> found = new ArrayList<>();

    SurveyRefusals(PostgresSettings settings, PostgresSession session, Optional<DatabaseRow> live) {
        this.settings = settings;
        this.session = session;
        this.live = live;
        this.name = settings.database();
    }

    List<RecoveryException> find(Inspection backup, Set<String> skippedExtensions) throws SQLException {
        server();
        boolean superuser = session.yes("SELECT rolsuper FROM pg_roles WHERE rolname = current_user");
        if (!superuser) {
            rights();
            foreignSessions();
        }
        special();
        transactions();
        subscriptions();
        extensions(backup, skippedExtensions, superuser);
        return found;
    }

    /** As far as a restore within the live database is concerned: what it needs of the server and of extensions. */
    List<RecoveryException> findWithin(Inspection backup, Set<String> withoutExtensions) throws SQLException {
        server();
        extensions(
                backup, withoutExtensions, session.yes("SELECT rolsuper FROM pg_roles WHERE rolname = current_user"));
        return found;
    }

    private void server() throws SQLException {
        if (session.version() < OLDEST) {
            found.add(problem(
                            REQUEST_UNUSABLE,
                            "the server %s is PostgreSQL %d, which is too old",
                            settings.server(),
                            session.version())
                    .remedy("Use a server of version %d or newer.".formatted(OLDEST)));
        }
        if (session.isPooled()) {
            found.add(Poolers.found(settings.server()).remedy(Poolers.remedy()));
        }
        if (session.yes("SELECT pg_is_in_recovery()")) {
            found.add(problem(RIGHTS_MISSING, "the server %s is a standby and takes no changes", settings.server())
                    .remedy("Set DB_HOST and DB_PORT to the primary server, or promote this one."));
        } else if (session.yes("SELECT current_setting('default_transaction_read_only')::boolean")) {
            found.add(problem(
                            RIGHTS_MISSING,
                            "sessions of '%s' on %s may only read: default_transaction_read_only is on",
                            settings.user(),
                            settings.server())
                    .remedy(
                            "Find out why somebody set it, often because the disk is full; then run as a superuser: ALTER ROLE %s SET default_transaction_read_only = off;"
                                    .formatted(quoted(settings.user()))));
        }
    }

    private void rights() throws SQLException {
        String user = quoted(settings.user());
        if (!session.yes("SELECT rolcreatedb FROM pg_roles WHERE rolname = current_user")) {
            found.add(problem(RIGHTS_MISSING, "'%s' may not create or rename databases", settings.user())
                    .remedy("Run as a superuser: ALTER ROLE " + user + " CREATEDB;"));
        }
        String tablespace = live.map(DatabaseRow::tablespace).orElse(DatabaseRow.DEFAULT_TABLESPACE);
        if (!tablespace.equals(DatabaseRow.DEFAULT_TABLESPACE)
                && !session.yes("SELECT has_tablespace_privilege(?, 'CREATE')", tablespace)) {
            found.add(problem(RIGHTS_MISSING, "'%s' may not create in the tablespace '%s'", settings.user(), tablespace)
                    .remedy("Run as a superuser: GRANT CREATE ON TABLESPACE " + quoted(tablespace) + " TO " + user
                            + ";"));
        }
        if (live.isPresent() && !live.get().mayBeOwner()) {
            String owner = live.get().owner();
            found.add(problem(
                            RIGHTS_MISSING,
                            "'%s' belongs to '%s', so '%s' may not rename it",
                            name,
                            owner,
                            settings.user())
                    .remedy(
                            "Run as a superuser: GRANT " + quoted(owner) + " TO " + user + ";",
                            "Or run as a superuser: ALTER DATABASE " + quoted(name) + " OWNER TO " + user + ";"));
        }
    }

    /** Sessions of roles that this one is no member of could not be ended at the swap. */
    private void foreignSessions() throws SQLException {
        List<String> users = session.texts(
                "SELECT DISTINCT quote_literal(a.usename) FROM pg_stat_activity a JOIN pg_roles r ON r.oid = a.usesysid"
                        + " WHERE a.datname = ? AND (r.rolsuper OR NOT"
                        + " (pg_has_role(r.oid, 'USAGE') OR pg_has_role('pg_signal_backend', 'USAGE'))) ORDER BY 1",
                name);
        if (!users.isEmpty()) {
            found.add(problem(
                            RIGHTS_MISSING,
                            "'%s' may not end the sessions in '%s' of %s",
                            settings.user(),
                            name,
                            String.join(", ", users))
                    .remedy(
                            "Stop the programs that are connected to '%s' as %s."
                                    .formatted(name, String.join(", ", users)),
                            "Or run as a superuser: GRANT pg_signal_backend TO " + quoted(settings.user())
                                    + "; (sessions of superusers still have to be stopped)"));
        }
    }

    private void special() {
        boolean template = live.map(DatabaseRow::template).orElse(false);
        if (template || name.equals("template0") || name.equals("template1")) {
            found.add(problem(DATABASE_IN_USE, "'%s' is a template of new databases and is not replaced", name)
                    .remedy("Set DB_NAME to the database of your application."));
        } else if (name.equals(settings.maintenanceDatabase())) {
            found.add(problem(DATABASE_IN_USE, "'%s' is the database from which this program renames others", name)
                    .remedy("Choose another maintenance database, e.g. template1."));
        }
    }

    private void transactions() throws SQLException {
        List<String> prepared =
                session.texts("SELECT quote_literal(gid) FROM pg_prepared_xacts WHERE database = ? ORDER BY 1", name);
        if (!prepared.isEmpty()) {
            found.add(problem(
                            DATABASE_IN_USE,
                            "'%s' has prepared transactions and cannot be renamed: %s",
                            name,
                            String.join(", ", prepared))
                    .remedy("End each in '%s' by COMMIT PREPARED or ROLLBACK PREPARED.".formatted(name)));
        }
    }

    private void subscriptions() throws SQLException {
        if (live.isEmpty()) {
            return;
        }
        List<String> enabled = session.texts(
                "SELECT quote_ident(subname) FROM pg_subscription WHERE subdbid = ?::oid AND subenabled ORDER BY 1",
                live.get().oid());
        if (!enabled.isEmpty()) {
            found.add(problem(
                            DATABASE_IN_USE,
                            "'%s' is fed by subscriptions, which would go on filling the previous database: %s",
                            name,
                            String.join(", ", enabled))
                    .remedy("Run in '%s': ALTER SUBSCRIPTION %s DISABLE;".formatted(name, enabled.get(0))));
        }
    }

    /** One refusal for all that are missing, so that they are installed in one go. */
    private void extensions(Inspection backup, Set<String> skipped, boolean superuser) throws SQLException {
        List<String> missing = new ArrayList<>();
        for (String extension : backup.extensions()) {
            if (skipped.contains(extension)) {
                continue;
            }
            if (!session.yes("SELECT true FROM pg_available_extensions WHERE name = ?", extension)) {
                missing.add(extension);
            } else if (!superuser && onlyForSuperusers(extension)) {
                found.add(problem(
                                RIGHTS_MISSING,
                                "the extension '%s' of the backup can only be created by a superuser",
                                extension)
                        .remedy(
                                "Set DB_USER to a superuser for the restore.",
                                "Or restore without it and what needs it: --skip-extension %s.".formatted(extension)));
            }
        }
        if (!missing.isEmpty()) {
            found.add(missing(missing, backup));
        }
    }

    private RecoveryException missing(List<String> extensions, Inspection backup) throws SQLException {
        Set<String> packages = new TreeSet<>();
        for (String extension : extensions) {
            packages.add("'" + ExtensionPackages.debian(extension, session.version()) + "'");
        }
        boolean one = extensions.size() == 1;
        String names = String.join(
                ", ", extensions.stream().map(name -> "'" + name + "'").toList());
        return problem(
                        EXTENSION_MISSING,
                        "the backup needs the extension%s %s, which %s not installed on the server %s%s",
                        one ? "" : "s",
                        names,
                        one ? "is" : "are",
                        settings.server(),
                        dependentTables(extensions, backup))
                .remedy(
                        "Install %s on the server, e.g. %s on Debian and Ubuntu."
                                .formatted(one ? "its package" : "their packages", String.join(", ", packages)),
                        "Or restore without %s and what needs %s: --skip-extension %s."
                                .formatted(
                                        one ? "it" : "them",
                                        one ? "it" : "them",
                                        String.join(" --skip-extension ", extensions)));
    }

    private static String dependentTables(List<String> extensions, Inspection backup) {
        List<String> tables = extensions.stream()
                .flatMap(name -> backup.extensionTables().getOrDefault(name, List.of()).stream())
                .distinct()
                .toList();
        String shown = String.join(
                ", ",
                tables.stream()
                        .limit(TABLES_SHOWN)
                        .map(name -> "'" + name + "'")
                        .toList());
        int more = tables.size() - TABLES_SHOWN;
        return tables.isEmpty() ? "" : "; tables that need it: " + shown + (more > 0 ? " and " + more + " more" : "");
    }

    private boolean onlyForSuperusers(String extension) throws SQLException {
        String trusted = session.version() >= 13 ? " AND NOT v.trusted" : "";
        return session.yes(
                "SELECT true FROM pg_available_extensions e JOIN pg_available_extension_versions v ON v.name = e.name"
                        + " AND v.version = e.default_version WHERE e.name = ? AND e.name <> 'plpgsql' AND v.superuser"
                        + trusted,
                extension);
    }
}
