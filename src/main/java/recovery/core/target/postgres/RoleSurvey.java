package recovery.core.target.postgres;

import static recovery.core.error.ErrorCode.REQUEST_UNUSABLE;
import static recovery.core.error.ErrorCode.RIGHTS_MISSING;
import static recovery.core.error.RecoveryException.problem;
import static recovery.core.target.postgres.PostgresNames.quoted;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import recovery.core.error.Note;
import recovery.core.error.RecoveryException;
import recovery.core.inspect.Inspection;
import recovery.core.target.RoleOptions;

/** Whether the roles that a backup names, or that the operator chose, are there or can be made. Only reads. */
final class RoleSurvey {
    private static final Set<String> WORDS = Set.of("PUBLIC", "public", "CURRENT_USER", "SESSION_USER", "CURRENT_ROLE");

    private final PostgresSettings settings;
    private final PostgresSession session;
    private final RoleOptions options;
    private final Set<String> existing;

    RoleSurvey(PostgresSettings settings, PostgresSession session, RoleOptions options) throws SQLException {
        this.settings = settings;
        this.session = session;
        this.options = options;
        this.existing = new HashSet<>(session.texts("SELECT rolname FROM pg_roles"));
    }

    List<RecoveryException> refusals() throws SQLException {
        List<RecoveryException> found = new ArrayList<>();
        if (options.owner().isPresent()) {
            owner(options.owner().get()).ifPresent(found::add);
        }
        if (!options.create()) {
            new TreeSet<>(options.renamed().values())
                    .stream().filter(role -> !existing.contains(role)).forEach(role -> found.add(absent(role)));
        } else if (!session.yes("SELECT rolsuper OR rolcreaterole FROM pg_roles WHERE rolname = current_user")) {
            found.add(problem(RIGHTS_MISSING, "'%s' may not create roles", settings.user())
                    .remedy(
                            "Run as a superuser: ALTER ROLE " + quoted(settings.user()) + " CREATEROLE;",
                            "Or restore without creating roles; the report then lists what belonged to missing ones."));
        }
        return found;
    }

    private Optional<RecoveryException> owner(String role) throws SQLException {
        if (!existing.contains(role)) {
            return Optional.of(absent(role));
        }
        String may = session.version() >= 16 ? "SET" : "MEMBER";
        return session.yes("SELECT pg_has_role(current_user, ?::name, ?)", role, may)
                ? Optional.empty()
                : Optional.of(problem(
                                RIGHTS_MISSING, "'%s' may not make '%s' the owner of anything", settings.user(), role)
                        .remedy("Run as a superuser: GRANT " + quoted(role) + " TO " + quoted(settings.user()) + ";"));
    }

    private RecoveryException absent(String role) {
        return problem(REQUEST_UNUSABLE, "there is no role '%s' on the server %s", role, settings.server())
                .remedy("Name a role that exists, or create it: CREATE ROLE " + quoted(role) + ";");
    }

    /** What becomes of roles that the server lacks. */
    Optional<Note> note(Inspection backup) {
        Set<String> missing = backup.roles().stream()
                .map(role -> options.renamed().getOrDefault(role, role))
                .collect(Collectors.toCollection(TreeSet::new));
        missing.removeAll(existing);
        missing.removeAll(WORDS);
        if (missing.isEmpty()) {
            return Optional.empty();
        }
        String names =
                String.join(", ", missing.stream().map(name -> "'" + name + "'").toList());
        return Optional.of(
                options.create()
                        ? new Note(
                                "ROLE_CREATED",
                                "The server has no role %s; those that something belongs or is granted to are created."
                                        .formatted(names))
                        : new Note(
                                "ROLE_MISSING",
                                "The server has no role %s; what belongs to them will belong to '%s', and what was granted to them is left out."
                                        .formatted(names, options.owner().orElse(settings.user()))));
    }
}
