package recovery.core.target.postgres;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import recovery.core.error.Note;
import recovery.core.error.RecoveryException;
import recovery.core.inspect.Inspection;
import recovery.core.target.LoadOptions;
import recovery.core.target.Survey;

/** Looks at a server before a restore. Only reads. */
final class PostgresSurveyor {
    private final PostgresSettings settings;
    private final PostgresSession session;

    PostgresSurveyor(PostgresSettings settings, PostgresSession session) {
        this.settings = settings;
        this.session = session;
    }

    Survey survey(Inspection backup, LoadOptions options, List<String> leftovers) throws SQLException {
        RoleSurvey roles = new RoleSurvey(settings, session, options.roles());
        Optional<DatabaseRow> live = DatabaseRow.find(session, settings.database());
        OptionalLong size = live.isPresent() ? size(live.get()) : OptionalLong.of(0);
        DiskSpace space = new DiskSpace(session);
        OptionalLong free = space.free(live.map(DatabaseRow::tablespace));
        OptionalLong needed = DiskSpace.needed(size, backup);
        List<RecoveryException> refusals =
                new ArrayList<>(new SurveyRefusals(settings, session, live).find(backup, options.skippedExtensions()));
        refusals.addAll(roles.refusals());
        DiskSpace.refusal(needed, free, settings.server()).ifPresent(refusals::add);
        List<Note> notes = notes(backup, live, size.isPresent(), roles);
        unused(backup, options).ifPresent(notes::add);
        return new Survey(
                version(), live.isPresent(), size.orElse(0), needed, free, sessions(), leftovers, notes, refusals);
    }

    String version() throws SQLException {
        return session.text("SHOW server_version").split(" ", 2)[0];
    }

    /** Without the right to connect to it the size stays unknown. */
    OptionalLong size(DatabaseRow live) throws SQLException {
        try {
            return OptionalLong.of(session.number("SELECT pg_database_size(?::oid)", live.oid()));
        } catch (SQLException e) {
            if (PostgresErrors.state(e).equals("42501")) {
                return OptionalLong.empty();
            }
            throw e;
        }
    }

    List<String> sessions() throws SQLException {
        return session.texts(
                "SELECT format('%s of user %s from %s: %s', count(*) || CASE count(*) WHEN 1 THEN ' session'"
                        + " ELSE ' sessions' END, coalesce(usename, '?'), coalesce(host(client_addr), 'this server'),"
                        + " coalesce(nullif(application_name, ''), 'without a name'))"
                        + " FROM pg_stat_activity WHERE datname = ? AND usesysid IS NOT NULL"
                        + " AND pid <> pg_backend_pid()"
                        + " GROUP BY usename, client_addr, application_name ORDER BY count(*) DESC, 1",
                settings.database());
    }

    private List<Note> notes(Inspection backup, Optional<DatabaseRow> live, boolean sizeKnown, RoleSurvey roles)
            throws SQLException {
        List<Note> notes = new ArrayList<>();
        if (!sizeKnown) {
            notes.add(new Note(
                    "SIZE_UNKNOWN",
                    "The size of '%s' is unknown: '%s' may not connect to it."
                            .formatted(settings.database(), settings.user())));
        }
        roles.note(backup).ifPresent(notes::add);
        newerDump(backup).ifPresent(notes::add);
        if (live.isPresent() && !live.get().open()) {
            notes.add(new Note(
                    "LIVE_CLOSED",
                    "'%s' refuses connections at the moment; after the swap the restored database accepts them."
                            .formatted(settings.database())));
        }
        if (live.isPresent()) {
            notes.addAll(new BoundToDatabase(session, live.get()).notes());
        }
        return notes;
    }

    /** A mistyped name would have no effect, and nobody would notice. Only a whole look knows every role. */
    static Optional<Note> unused(Inspection backup, LoadOptions options) {
        Set<String> names = new TreeSet<>(options.skippedExtensions());
        backup.extensions().forEach(names::remove);
        if (backup.complete()) {
            names.addAll(options.roles().renamed().keySet());
            backup.roles().forEach(names::remove);
        }
        return names.isEmpty()
                ? Optional.empty()
                : Optional.of(new Note(
                        "OPTION_UNUSED",
                        "The backup has no such extension or role, so these options have no effect: %s."
                                .formatted(names.stream()
                                        .map(name -> "'" + name + "'")
                                        .collect(Collectors.joining(", ")))));
    }

    Optional<Note> newerDump(Inspection backup) throws SQLException {
        int from = backup.serverVersion().map(PostgresSurveyor::major).orElse(0);
        int to = session.version();
        return from <= to
                ? Optional.empty()
                : Optional.of(new Note(
                        "NEWER_DUMP",
                        "The backup comes from PostgreSQL %d and this server is %d; settings it does not know are left out, but what it cannot do makes the restore fail before the swap."
                                .formatted(from, to)));
    }

    private static int major(String version) {
        String digits = version.strip().replaceFirst("^([0-9]{1,4}).*", "$1");
        return digits.matches("[0-9]{1,4}") ? Integer.parseInt(digits) : 0;
    }
}
