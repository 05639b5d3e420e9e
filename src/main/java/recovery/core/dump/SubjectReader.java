package recovery.core.dump;

import static recovery.core.dump.Section.DATA;
import static recovery.core.dump.Section.NONE;
import static recovery.core.dump.Section.POST_DATA;
import static recovery.core.dump.Section.PRE_DATA;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import recovery.core.dump.SqlTokens.Kind;
import recovery.core.dump.SqlTokens.Name;

/** Finds the places of a statement where its kind and its names stand. For one statement. */
final class SubjectReader {
    private static final Set<String> RELATIONS =
            Set.of("table", "view", "sequence", "materialized view", "foreign table");
    private static final Set<String> BOUND = Set.of("index", "trigger", "constraint trigger", "rule", "policy");
    static final Set<String> POST = Set.of("statistics", "event trigger", "publication", "subscription");
    private static final Set<String> MODIFIERS = Set.of(
            "or",
            "replace",
            "global",
            "local",
            "temporary",
            "temp",
            "unlogged",
            "unique",
            "recursive",
            "trusted",
            "procedural",
            "default");
    /** Longer ones before the shorter ones that they begin with. */
    private static final List<String> KINDS = List.of(
            "materialized view",
            "foreign table",
            "foreign data wrapper",
            "event trigger",
            "constraint trigger",
            "text search configuration",
            "text search dictionary",
            "text search parser",
            "text search template",
            "operator class",
            "operator family",
            "access method",
            "user mapping",
            "table",
            "view",
            "sequence",
            "index",
            "trigger",
            "rule",
            "policy",
            "statistics",
            "publication",
            "subscription",
            "type",
            "domain",
            "function",
            "procedure",
            "aggregate",
            "operator",
            "collation",
            "conversion",
            "extension",
            "schema",
            "language",
            "server",
            "cast",
            "transform");

    static final Set<String> BLOBS = Set.of("BLOB", "BLOBS", "BLOB METADATA");

    private final SqlTokens tokens;

    SubjectReader(SqlTokens tokens) {
        this.tokens = tokens;
    }

    Optional<Subject> read() {
        return switch (tokens.get(0).kind() == Kind.WORD ? tokens.get(0).text() : "") {
            case "create" -> create();
            case "alter" -> new AlterSubject(tokens, this).read();
            case "drop" -> drop();
            case "comment" -> tokens.has(1, "on") ? Optional.of(on("COMMENT", 2)) : Optional.empty();
            case "security" -> label();
            case "grant", "revoke" -> privileges();
            case "copy" -> data(1);
            case "insert" -> tokens.has(1, "into") ? data(2) : Optional.empty();
            case "select" -> select();
            case "refresh" -> refresh();
            default -> Optional.empty();
        };
    }

    Optional<String> kindAt(int index) {
        return KINDS.stream().filter(kind -> tokens.has(index, kind)).findFirst();
    }

    static int words(String kind) {
        return (int) kind.chars().filter(c -> c == ' ').count() + 1;
    }

    /** The name at {@code index}, behind words that may stand before a name. */
    Optional<Name> name(int index) {
        int at = index;
        while (tokens.get(at).is("concurrently") || tokens.get(at).is("only")) {
            at++;
        }
        if (tokens.has(at, "if not exists")) {
            at += 3;
        } else if (tokens.has(at, "if exists")) {
            at += 2;
        }
        return tokens.name(tokens.get(at).is("only") ? at + 1 : at);
    }

    static Subject relation(Section section, String kind, Set<String> fits, Optional<Name> relation) {
        return new Subject(section, kind, fits, Optional.empty(), relation, false);
    }

    static Subject part(Section section, String kind, Set<String> fits, Optional<Name> name, Optional<Name> relation) {
        return new Subject(section, kind, fits, name, relation, false);
    }

    private Optional<Subject> create() {
        int at = 1;
        while (tokens.get(at).kind() == Kind.WORD
                && MODIFIERS.contains(tokens.get(at).text())) {
            at++;
        }
        int begin = at;
        return kindAt(begin).map(kind -> created(kind, begin + words(kind)));
    }

    private Subject created(String kind, int at) {
        Optional<Name> name = name(at);
        String title = title(kind);
        if (RELATIONS.contains(kind)) {
            Set<String> fits = kind.equals("view") ? Set.of("VIEW", "RULE") : Set.of(title);
            return new Subject(PRE_DATA, title, fits, name, name, true);
        }
        if (BOUND.contains(kind)) {
            int on = kind.equals("rule") ? tokens.find(at, "to") : tokens.find(at, "on");
            return part(POST_DATA, title, Set.of(title), name, on < 0 ? Optional.empty() : name(on + 1));
        }
        if (kind.equals("statistics")) {
            int from = tokens.find(at, "from");
            return part(POST_DATA, title, Set.of(title), name, from < 0 ? Optional.empty() : name(from + 1));
        }
        boolean named = !Set.of("cast", "transform", "user mapping").contains(kind);
        Set<String> fits = kind.equals("type") ? Set.of("TYPE", "SHELL TYPE") : Set.of(title);
        return part(
                POST.contains(kind) ? POST_DATA : PRE_DATA,
                title,
                fits,
                named ? name : Optional.empty(),
                Optional.empty());
    }

    static String title(String kind) {
        return switch (kind) {
            case "language" -> "PROCEDURAL LANGUAGE";
            case "constraint trigger" -> "TRIGGER";
            default -> kind.toUpperCase(Locale.ROOT);
        };
    }

    private Optional<Subject> drop() {
        return kindAt(1).map(kind -> {
            int at = 1 + words(kind);
            Optional<Name> name = name(at);
            Optional<Name> relation = RELATIONS.contains(kind) ? name : Optional.empty();
            int on = BOUND.contains(kind) ? tokens.find(at, "on") : -1;
            return part(NONE, title(kind), Set.of(), name, on < 0 ? relation : name(on + 1));
        });
    }

    /** {@code sales.orders.id} is a column of {@code sales.orders}. */
    static Optional<Name> withoutColumn(Name column) {
        List<String> parts = column.parts();
        return parts.size() < 2
                ? Optional.empty()
                : Optional.of(new Name(parts.subList(0, parts.size() - 1), column.next()));
    }

    /** {@code COMMENT ON …} and {@code SECURITY LABEL ON …}: the object begins at {@code at}. */
    private Subject on(String title, int at) {
        Set<String> fits = Set.of(title);
        Optional<String> kind = kindAt(at);
        if (kind.filter(RELATIONS::contains).isPresent()) {
            return relation(NONE, title, fits, name(at + words(kind.get())));
        }
        if (tokens.get(at).is("column")) {
            return relation(NONE, title, fits, name(at + 1).flatMap(SubjectReader::withoutColumn));
        }
        boolean bound = tokens.get(at).is("constraint")
                || tokens.get(at).is("trigger")
                || tokens.get(at).is("rule")
                || tokens.get(at).is("policy");
        if (bound) {
            Optional<Name> name = tokens.name(at + 1);
            int on = name.map(Name::next).orElse(at);
            boolean table = tokens.get(on).is("on") && !tokens.has(on, "on domain");
            return part(NONE, title, fits, name, table ? name(on + 1) : Optional.empty());
        }
        if (kind.filter(word -> Set.of("index", "statistics", "schema", "extension", "type", "domain")
                        .contains(word))
                .isPresent()) {
            return part(NONE, title, fits, name(at + words(kind.get())), Optional.empty());
        }
        return part(NONE, title, fits, Optional.empty(), Optional.empty());
    }

    private Optional<Subject> label() {
        int on = tokens.find(1, "on");
        return on < 0 ? Optional.empty() : Optional.of(on("SECURITY LABEL", on + 1));
    }

    private Optional<Subject> privileges() {
        int on = tokens.find(1, "on");
        if (on < 0) {
            return Optional.empty();
        }
        boolean relation = tokens.get(on + 1).is("table") || tokens.get(on + 1).is("sequence");
        Optional<Name> name = tokens.name(relation ? on + 2 : on + 1);
        boolean unnamedKind = name.isPresent()
                && (tokens.get(name.get().next()).is("to")
                        || tokens.get(name.get().next()).is("from"));
        return Optional.of(relation(NONE, "ACL", Set.of("ACL"), relation || unnamedKind ? name : Optional.empty()));
    }

    private Optional<Subject> data(int at) {
        return tokens.name(at).map(table -> relation(DATA, "TABLE DATA", Set.of("TABLE DATA"), Optional.of(table)));
    }

    private Optional<Subject> refresh() {
        return tokens.begins("refresh materialized view")
                ? Optional.of(relation(POST_DATA, "MATERIALIZED VIEW DATA", Set.of("MATERIALIZED VIEW DATA"), name(3)))
                : Optional.empty();
    }

    private Optional<Subject> select() {
        Optional<Name> function = tokens.name(tokens.has(2, "from") ? 3 : 1);
        return switch (function.map(Name::last).orElse("")) {
            case "setval" ->
                Optional.of(relation(
                        DATA,
                        "SEQUENCE SET",
                        Set.of("SEQUENCE SET"),
                        SqlTokens.of(tokens.get(function.get().next() + 1).text(), 5)
                                .name(0)));
            case "pg_restore_relation_stats", "pg_restore_attribute_stats" ->
                Optional.of(relation(POST_DATA, "STATISTICS DATA", Set.of("STATISTICS DATA"), statistics()));
            case "lo_create", "lo_open", "lowrite", "lo_close", "lo_from_bytea" ->
                Optional.of(part(DATA, "BLOBS", BLOBS, Optional.empty(), Optional.empty()));
            default -> Optional.empty();
        };
    }

    /** {@code 'schemaname', 'public', 'relname', 'orders', …}. */
    private Optional<Name> statistics() {
        String schema = "";
        String table = "";
        for (int i = 0; i < tokens.size(); i++) {
            boolean value =
                    tokens.get(i).kind() == Kind.STRING && tokens.get(i + 1).isSymbol(',');
            if (value && tokens.get(i).text().equals("schemaname")) {
                schema = tokens.get(i + 2).text();
            } else if (value && tokens.get(i).text().equals("relname")) {
                table = tokens.get(i + 2).text();
            }
        }
        return table.isEmpty() ? Optional.empty() : Optional.of(new Name(List.of(schema, table), tokens.size()));
    }
}
