package recovery.core.target.postgres;

import static recovery.core.error.ErrorCode.REQUEST_UNUSABLE;
import static recovery.core.error.RecoveryException.problem;
import static recovery.core.target.postgres.PostgresNames.quoted;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import recovery.core.dump.SqlTokens;
import recovery.core.error.RecoveryException;
import recovery.core.inspect.Inspection;
import recovery.core.inspect.Inspection.TableContent;
import recovery.core.target.LoadOptions;
import recovery.core.target.Survey;

/** Looks at a live database before a restore within it. Only reads. */
final class SchemaSurveyor {
    private final PostgresSettings settings;
    private final PostgresSession session;

    /** {@code session}: in the live database. */
    SchemaSurveyor(PostgresSettings settings, PostgresSession session) {
        this.settings = settings;
        this.session = session;
    }

    /** There is no live database to work in. */
    static Survey missing(PostgresSettings settings) {
        RecoveryException refusal = problem(
                        REQUEST_UNUSABLE,
                        "there is no database '%s', and strategy 'schema' works within it",
                        settings.database())
                .remedy(
                        "Create it empty: CREATE DATABASE " + quoted(settings.database()) + ";",
                        "Or use strategy 'database' with a role that may create databases.");
        return new Survey(
                "unknown",
                false,
                0,
                OptionalLong.empty(),
                OptionalLong.empty(),
                List.of(),
                List.of(),
                List.of(),
                List.of(refusal));
    }

    Survey survey(Inspection backup, LoadOptions options) throws SQLException {
        PostgresSurveyor common = new PostgresSurveyor(settings, session);
        DatabaseRow live = DatabaseRow.find(session, settings.database()).orElseThrow();
        LiveSchemas schemas = LiveSchemas.look(session);
        RoleSurvey roles = new RoleSurvey(settings, session, options.roles());
        OptionalLong size = common.size(live);
        OptionalLong free = new DiskSpace(session).free(Optional.of(live.tablespace()));
        OptionalLong needed = DiskSpace.needed(size, backup);
        Set<String> brought = brought(backup);
        List<RecoveryException> refusals = new ArrayList<>(new SurveyRefusals(settings, session, Optional.of(live))
                .findWithin(backup, notCreated(schemas, options)));
        refusals.addAll(new SchemaRefusals(settings, session, schemas).find(backup, brought));
        new LockBudget(session).refusal(backup, brought, settings.server()).ifPresent(refusals::add);
        refusals.addAll(roles.refusals());
        DiskSpace.refusal(needed, free, settings.server()).ifPresent(refusals::add);
        SchemaNotes notes = new SchemaNotes(settings, session, schemas);
        roles.note(backup).ifPresent(notes::add);
        common.newerDump(backup).ifPresent(notes::add);
        PostgresSurveyor.unused(backup, options).ifPresent(notes::add);
        return new Survey(
                common.version(),
                true,
                size.orElse(0),
                needed,
                free,
                common.sessions(),
                List.of(),
                notes.all(brought),
                refusals);
    }

    private static Set<String> notCreated(LiveSchemas schemas, LoadOptions options) {
        Set<String> names = new HashSet<>(options.skippedExtensions());
        schemas.extensions().forEach(extension -> names.add(extension.name()));
        return names;
    }

    /** As far as was read of it; a name without a schema is one of {@code public}. */
    private static Set<String> brought(Inspection backup) {
        Set<String> names = new TreeSet<>(backup.schemas());
        for (TableContent table : backup.tables()) {
            names.add(SqlTokens.of(table.name(), 8)
                    .name(0)
                    .flatMap(SqlTokens.Name::qualifier)
                    .orElse(LiveSchemas.PUBLIC));
        }
        return names;
    }
}
