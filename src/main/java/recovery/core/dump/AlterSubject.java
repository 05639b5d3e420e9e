package recovery.core.dump;

import static recovery.core.dump.Section.DATA;
import static recovery.core.dump.Section.NONE;
import static recovery.core.dump.Section.POST_DATA;
import static recovery.core.dump.Section.PRE_DATA;
import static recovery.core.dump.SubjectReader.part;
import static recovery.core.dump.SubjectReader.relation;
import static recovery.core.dump.SubjectReader.title;
import static recovery.core.dump.SubjectReader.words;

import java.util.Optional;
import java.util.Set;
import recovery.core.dump.SqlTokens.Name;

/** What an ALTER statement is about: most of what belongs to a table comes so. For one statement. */
final class AlterSubject {
    private static final Set<String> TABLE_LIKE =
            Set.of("TABLE", "VIEW", "SEQUENCE", "MATERIALIZED VIEW", "FOREIGN TABLE", "TABLE ATTACH");

    private final SqlTokens tokens;
    private final SubjectReader reader;

    AlterSubject(SqlTokens tokens, SubjectReader reader) {
        this.tokens = tokens;
        this.reader = reader;
    }

    Optional<Subject> read() {
        if (tokens.begins("alter default privileges")) {
            return Optional.of(
                    part(POST_DATA, "DEFAULT ACL", Set.of("DEFAULT ACL"), Optional.empty(), Optional.empty()));
        }
        if (tokens.begins("alter large object")) {
            return Optional.of(part(DATA, "BLOBS", SubjectReader.BLOBS, Optional.empty(), Optional.empty()));
        }
        return reader.kindAt(1).map(kind -> altered(kind, 1 + words(kind)));
    }

    private Subject altered(String kind, int at) {
        Optional<Name> name = reader.name(at);
        int action = name.map(Name::next).orElse(at);
        return switch (kind) {
            case "table", "foreign table" -> alteredTable(name, action);
            case "sequence" -> alteredSequence(name, action);
            case "view", "materialized view" ->
                tokens.find(action, "set default") > 0
                        ? relation(PRE_DATA, "DEFAULT", Set.of("DEFAULT", "VIEW"), name)
                        : relation(PRE_DATA, title(kind), TABLE_LIKE, name);
            case "index" ->
                tokens.has(action, "attach partition")
                        ? part(
                                POST_DATA,
                                "INDEX ATTACH",
                                Set.of("INDEX ATTACH"),
                                reader.name(action + 2),
                                Optional.empty())
                        : part(POST_DATA, "INDEX", Set.of("INDEX", "CONSTRAINT"), name, Optional.empty());
            case "statistics" -> part(POST_DATA, "STATISTICS", Set.of("STATISTICS"), name, Optional.empty());
            case "publication" -> publication(name, action);
            case "trigger" -> part(POST_DATA, "TRIGGER", Set.of("TRIGGER"), name, reader.name(action + 1));
            case "domain" ->
                tokens.has(action, "add constraint")
                        ? part(POST_DATA, "CHECK CONSTRAINT", Set.of("CHECK CONSTRAINT"), Optional.empty(), name)
                        : part(PRE_DATA, "DOMAIN", Set.of("DOMAIN", "TYPE"), name, Optional.empty());
            default ->
                part(
                        SubjectReader.POST.contains(kind) ? POST_DATA : PRE_DATA,
                        title(kind),
                        Set.of(),
                        Optional.empty(),
                        Optional.empty());
        };
    }

    private Subject alteredSequence(Optional<Name> name, int action) {
        int owned = tokens.find(action, "owned by");
        return owned < 0 || tokens.get(owned + 2).is("none")
                ? relation(PRE_DATA, "SEQUENCE", Set.of("SEQUENCE"), name)
                : part(
                        PRE_DATA,
                        "SEQUENCE OWNED BY",
                        Set.of("SEQUENCE OWNED BY", "SEQUENCE"),
                        name,
                        reader.name(owned + 2).flatMap(SubjectReader::withoutColumn));
    }

    private Subject publication(Optional<Name> name, int action) {
        if (tokens.has(action, "add table")) {
            return part(POST_DATA, "PUBLICATION TABLE", Set.of("PUBLICATION TABLE"), name, reader.name(action + 2));
        }
        boolean schemas = tokens.has(action, "add tables in schema");
        String kind = schemas ? "PUBLICATION TABLES IN SCHEMA" : "PUBLICATION";
        return part(POST_DATA, kind, Set.of(kind), Optional.empty(), Optional.empty());
    }

    private Subject alteredTable(Optional<Name> table, int at) {
        if (tokens.has(at, "add")) {
            return addedConstraint(table, at + 1);
        }
        if (tokens.has(at, "drop constraint")) {
            return part(NONE, "CONSTRAINT", Set.of(), reader.name(at + 2), table);
        }
        if (tokens.has(at, "attach partition")) {
            return part(
                    PRE_DATA,
                    "TABLE ATTACH",
                    Set.of("TABLE ATTACH", "TABLE"),
                    reader.name(at + 2),
                    reader.name(at + 2));
        }
        if (tokens.get(at).is("alter") && tokens.find(at, "set default") > 0) {
            return relation(PRE_DATA, "DEFAULT", Set.of("DEFAULT", "TABLE", "VIEW"), table);
        }
        if (tokens.get(at).is("alter") && tokens.find(at, "add generated") > 0) {
            return part(PRE_DATA, "SEQUENCE", Set.of("SEQUENCE", "TABLE"), identitySequence(at), table);
        }
        if (tokens.has(at + 1, "row level security")) {
            return relation(POST_DATA, "ROW SECURITY", Set.of("ROW SECURITY", "TABLE"), table);
        }
        if (tokens.get(at).is("enable") || tokens.get(at).is("disable")) {
            boolean all = tokens.has(at + 1, "trigger all");
            return all
                    ? relation(DATA, "TABLE DATA", Set.of("TABLE DATA"), table)
                    : relation(POST_DATA, "TRIGGER", Set.of("TRIGGER", "RULE"), table);
        }
        if (tokens.has(at, "cluster on") || tokens.has(at, "replica identity using")) {
            return relation(POST_DATA, "INDEX", Set.of("INDEX", "CONSTRAINT"), table);
        }
        return relation(PRE_DATA, "TABLE", TABLE_LIKE, table);
    }

    private Optional<Name> identitySequence(int at) {
        for (int i = at; i < tokens.size(); i++) {
            if (tokens.has(i, "sequence name")) {
                return tokens.name(i + 2);
            }
        }
        return Optional.empty();
    }

    private Subject addedConstraint(Optional<Name> table, int at) {
        Optional<Name> name = tokens.has(at, "constraint") ? tokens.name(at + 1) : Optional.empty();
        int type = name.map(Name::next).orElse(at);
        if (tokens.has(type, "foreign key")) {
            return part(POST_DATA, "FK CONSTRAINT", Set.of("FK CONSTRAINT"), name, table);
        }
        if (tokens.has(type, "check")) {
            return part(POST_DATA, "CHECK CONSTRAINT", Set.of("CHECK CONSTRAINT", "TABLE"), name, table);
        }
        boolean key = tokens.has(type, "primary key") || tokens.has(type, "unique") || tokens.has(type, "exclude");
        return key
                ? part(POST_DATA, "CONSTRAINT", Set.of("CONSTRAINT"), name, table)
                : part(
                        PRE_DATA,
                        "TABLE",
                        Set.of("TABLE", "FOREIGN TABLE", "CONSTRAINT", "CHECK CONSTRAINT"),
                        Optional.empty(),
                        table);
    }
}
