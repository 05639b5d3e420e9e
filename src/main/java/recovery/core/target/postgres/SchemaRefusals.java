package recovery.core.target.postgres;

import static recovery.core.error.ErrorCode.DATABASE_IN_USE;
import static recovery.core.error.ErrorCode.RIGHTS_MISSING;
import static recovery.core.error.RecoveryException.problem;
import static recovery.core.target.postgres.PostgresNames.quoted;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import recovery.core.error.RecoveryException;
import recovery.core.inspect.Inspection;
import recovery.core.target.postgres.LiveSchemas.Kind;
import recovery.core.target.postgres.LiveSchemas.Schema;

/** Why a backup cannot take the place of schemas within the live database. */
final class SchemaRefusals {
    private final PostgresSettings settings;
    private final PostgresSession session;
    private final LiveSchemas schemas;
    private final String name;
    private final List<RecoveryException> found = new ArrayList<>();

    SchemaRefusals(PostgresSettings settings, PostgresSession session, LiveSchemas schemas) {
        this.settings = settings;
        this.session = session;
        this.schemas = schemas;
        this.name = settings.database();
    }

    private String otherStrategy() throws SQLException {
        return session.yes("SELECT rolsuper OR rolcreatedb FROM pg_catalog.pg_roles WHERE rolname = current_user")
                ? "Or use strategy 'database'."
                : "Or use strategy 'database'; for that run as a superuser: ALTER ROLE %s CREATEDB;"
                        .formatted(quoted(settings.user()));
    }

    List<RecoveryException> find(Inspection backup, Set<String> brought) throws SQLException {
        rights();
        for (Schema schema : schemas.schemas()) {
            if (brought.contains(schema.name()) || schema.name().equals(LiveSchemas.PUBLIC)) {
                Optional<RecoveryException> refusal = schema(schema, brought);
                refusal.ifPresent(found::add);
            }
        }
        extensionsOfPrevious(backup);
        dependents(brought);
        transactions();
        subscriptions();
        return found;
    }

    private void rights() throws SQLException {
        for (String privilege : List.of("CREATE", "TEMPORARY")) {
            if (!session.yes(
                    "SELECT pg_catalog.has_database_privilege(pg_catalog.current_database(), '" + privilege + "')")) {
                found.add(problem(
                                RIGHTS_MISSING,
                                "'%s' may not create %s in '%s'",
                                settings.user(),
                                privilege.equals("CREATE") ? "schemas" : "temporary tables",
                                name)
                        .remedy("Run as a superuser: GRANT %s ON DATABASE %s TO %s;"
                                .formatted(privilege, quoted(name), quoted(settings.user()))));
            }
        }
    }

    private Optional<RecoveryException> schema(Schema schema, Set<String> brought) throws SQLException {
        return switch (schema.kind()) {
            case SET_ASIDE, PREVIOUS -> Optional.empty();
            case OF_OTHERS -> Optional.of(ofOthers(schema));
            case HELD_BY_EXTENSIONS -> Optional.of(held(schema, "and other objects"));
            case OF_EXTENSIONS ->
                schema.name().equals(LiveSchemas.PUBLIC) && brought.contains(LiveSchemas.PUBLIC)
                        ? Optional.of(held(schema, "and the backup brings other objects for it"))
                        : Optional.empty();
        };
    }

    private RecoveryException ofOthers(Schema schema) throws SQLException {
        return problem(
                        RIGHTS_MISSING,
                        "the schema '%s' belongs to '%s', so '%s' may not rename it",
                        schema.name(),
                        schema.owner(),
                        settings.user())
                .remedy(
                        "Run as a superuser in '%s': ALTER SCHEMA %s OWNER TO %s;"
                                .formatted(name, quoted(schema.name()), quoted(settings.user())),
                        otherStrategy());
    }

    private RecoveryException held(Schema schema, String and) throws SQLException {
        boolean one = schema.holding().size() == 1;
        return problem(
                        RIGHTS_MISSING,
                        "the schema '%s' holds the extension%s %s, which '%s' cannot move to another schema, %s",
                        schema.name(),
                        one ? "" : "s",
                        listed(schema.holding()),
                        settings.user(),
                        and)
                .remedy(
                        isForSuperusers(schema)
                                ? "Set DB_USER to a superuser for the restore."
                                : "Use strategy 'database'; for that run as a superuser: ALTER ROLE %s CREATEDB;"
                                        .formatted(quoted(settings.user())),
                        isForSuperusers(schema)
                                ? otherStrategy()
                                : "For the future keep such extensions in a schema of their own.");
    }

    private boolean isForSuperusers(Schema schema) {
        return schemas.extensions().stream()
                .filter(extension -> schema.holding().contains(extension.name()))
                .allMatch(LiveSchemas.Extension::relocatable);
    }

    /** An extension that a rollback took along and that cannot come back. */
    private void extensionsOfPrevious(Inspection backup) throws SQLException {
        for (Schema schema : schemas.of(Kind.PREVIOUS)) {
            List<String> missed = schema.holding().stream()
                    .filter(backup.extensions()::contains)
                    .toList();
            if (!missed.isEmpty()) {
                found.add(problem(
                                RIGHTS_MISSING,
                                "the backup needs %s, which lies in '%s' and which '%s' cannot move from there",
                                listed(missed),
                                schema.name(),
                                settings.user())
                        .remedy(
                                "Delete these previous schemas if you do not need them any more: run prune.",
                                otherStrategy()));
            }
        }
    }

    /** They hang on the old tables by their numbers and would go on showing them. */
    private void dependents(Set<String> brought) throws SQLException {
        List<String> renamed = schemas.of(Kind.SET_ASIDE).stream()
                .map(Schema::name)
                .filter(brought::contains)
                .toList();
        List<String> left = new Dependents(session).notFollowing(renamed);
        if (!left.isEmpty()) {
            found.add(problem(
                            DATABASE_IN_USE,
                            "objects that the backup does not bring need what it replaces, and would go on using the previous data: %s",
                            String.join(", ", left))
                    .remedy("Drop them before the restore and make them again afterwards.", otherStrategy()));
        }
    }

    private void transactions() throws SQLException {
        List<String> prepared = session.texts("SELECT pg_catalog.quote_literal(gid) FROM pg_catalog.pg_prepared_xacts"
                + " WHERE database = pg_catalog.current_database() ORDER BY 1");
        if (!prepared.isEmpty()) {
            found.add(problem(
                            DATABASE_IN_USE,
                            "'%s' has prepared transactions, which hold locks that nobody can end: %s",
                            name,
                            String.join(", ", prepared))
                    .remedy("End each in '%s' by COMMIT PREPARED or ROLLBACK PREPARED.".formatted(name)));
        }
    }

    private void subscriptions() throws SQLException {
        List<String> enabled =
                session.texts("SELECT pg_catalog.quote_ident(s.subname) FROM pg_catalog.pg_subscription s"
                        + " JOIN pg_catalog.pg_database d ON d.oid = s.subdbid"
                        + " WHERE d.datname = pg_catalog.current_database() AND s.subenabled ORDER BY 1");
        if (!enabled.isEmpty()) {
            found.add(problem(
                            DATABASE_IN_USE,
                            "'%s' is fed by subscriptions, which know the tables of now and none that take their names: %s",
                            name,
                            String.join(", ", enabled))
                    .remedy("Run in '%s': ALTER SUBSCRIPTION %s DISABLE;".formatted(name, enabled.get(0))));
        }
    }

    private static String listed(List<String> names) {
        return String.join(", ", names.stream().map(one -> "'" + one + "'").toList());
    }
}
