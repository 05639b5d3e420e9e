package recovery.core.target.postgres;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import recovery.core.error.Note;
import recovery.core.target.postgres.LiveSchemas.Extension;
import recovery.core.target.postgres.LiveSchemas.Kind;
import recovery.core.target.postgres.LiveSchemas.Schema;

/** What an operator should know of a restore within the live database before it begins. */
final class SchemaNotes {
    private final PostgresSettings settings;
    private final PostgresSession session;
    private final LiveSchemas schemas;
    private final List<Note> notes = new ArrayList<>();

    SchemaNotes(PostgresSettings settings, PostgresSession session, LiveSchemas schemas) {
        this.settings = settings;
        this.session = session;
        this.schemas = schemas;
    }

    void add(Note note) {
        notes.add(note);
    }

    List<Note> all(Set<String> brought) throws SQLException {
        schemas(brought);
        extensions();
        databaseWide();
        publications(brought);
        return notes;
    }

    private void schemas(Set<String> brought) {
        note(
                "SCHEMA_REPLACED",
                schemas.of(Kind.SET_ASIDE).stream()
                        .map(Schema::name)
                        .filter(brought::contains)
                        .toList(),
                "The backup brings these schemas, so those of now are renamed and kept: %s.");
        note(
                "SCHEMA_UNTOUCHED",
                schemas.schemas().stream()
                        .filter(schema -> schema.kind() == Kind.SET_ASIDE
                                || schema.kind() == Kind.OF_OTHERS
                                || schema.kind() == Kind.HELD_BY_EXTENSIONS)
                        .map(Schema::name)
                        .filter(name -> !brought.contains(name))
                        .toList(),
                "These schemas stay as they are unless the backup turns out to bring them: %s.");
        note(
                "EXTENSION_STAYS",
                schemas.of(Kind.OF_EXTENSIONS).stream().map(Schema::name).toList(),
                "These schemas hold nothing but extensions and stay where they are, for the old data and the new: %s.");
    }

    private void extensions() {
        List<Extension> moved = schemas.of(Kind.SET_ASIDE).stream()
                .flatMap(schema -> schemas.movableIn(schema.name()).stream())
                .toList();
        note(
                "EXTENSION_MOVED",
                moved.stream().map(Extension::name).toList(),
                "An extension exists once in a database; these move to the restored schema of the same name, where the"
                        + " previous data goes on using them: %s.");
        note(
                "EXTENSION_LOCKED",
                moved.stream().filter(Extension::relations).map(Extension::name).toList(),
                "Who reads the tables or views of these extensions waits until the restore has ended: %s.");
    }

    private void databaseWide() throws SQLException {
        long largeObjects = session.number("SELECT count(*) FROM pg_catalog.pg_largeobject_metadata");
        if (largeObjects > 0) {
            notes.add(new Note(
                    "LARGE_OBJECTS_STAY",
                    "Large objects are in no schema: the %d of '%s' stay, and a backup with some of the same numbers fails before the swap."
                            .formatted(largeObjects, settings.database())));
        }
        note(
                "EVENT_TRIGGER_FIRES",
                session.texts("SELECT evtname FROM pg_catalog.pg_event_trigger WHERE evtenabled <> 'D' ORDER BY 1"),
                "The event triggers of the live database see every statement of the load: %s.");
        note(
                "REPLICATION_SEES_LOAD",
                session.texts("SELECT slot_name FROM pg_catalog.pg_replication_slots"
                        + " WHERE database = pg_catalog.current_database() ORDER BY 1"),
                "All that is loaded passes through these logical replication slots: %s.");
    }

    /** A table stays in its publication whatever it is called; those of the backup are added if it says so. */
    private void publications(Set<String> brought) throws SQLException {
        String names = brought.isEmpty()
                ? "NULL"
                : brought.stream().map(PostgresNames::literal).collect(Collectors.joining(", "));
        note(
                "PUBLICATION_KEEPS_PREVIOUS",
                session.texts("SELECT DISTINCT pubname FROM pg_catalog.pg_publication_tables WHERE schemaname IN ("
                        + names + ") ORDER BY 1"),
                "The previous tables stay in these publications; look after the restore whether the restored ones are in"
                        + " them: %s.");
    }

    private void note(String code, List<String> names, String sentence) {
        if (!names.isEmpty()) {
            notes.add(new Note(
                    code,
                    sentence.formatted(
                            names.stream().map(name -> "'" + name + "'").collect(Collectors.joining(", ")))));
        }
    }
}
