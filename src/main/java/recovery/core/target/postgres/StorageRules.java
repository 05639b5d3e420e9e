package recovery.core.target.postgres;

import static recovery.core.target.postgres.LoadNotes.Kind.ACCESS_METHOD_MISSING;
import static recovery.core.target.postgres.LoadNotes.Kind.COMPRESSION_DROPPED;
import static recovery.core.target.postgres.LoadNotes.Kind.OIDS_DROPPED;
import static recovery.core.target.postgres.LoadNotes.Kind.PRIVILEGE_UNKNOWN;
import static recovery.core.target.postgres.LoadNotes.Kind.SETTING_UNKNOWN;
import static recovery.core.target.postgres.LoadNotes.Kind.STATISTICS_SKIPPED;

import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import recovery.core.dump.DumpPart;
import recovery.core.dump.SqlTokens;

/** How rows lie on the disk and what the planner knows of them: a server that lacks it stores the same rows without. */
final class StorageRules implements StatementRule {
    private final LoadServer server;

    StorageRules(LoadServer server) {
        this.server = server;
    }

    @Override
    public Optional<Ruling> rule(DumpPart.Statement statement, SqlTokens tokens) {
        return switch (tokens.get(0).text()) {
            case "set" -> set(statement, tokens);
            case "alter" -> alter(statement, tokens);
            case "create" -> create(statement, tokens);
            case "select" -> statistics(statement, tokens);
            case "grant", "revoke" -> privileges(statement, tokens);
            default -> Optional.empty();
        };
    }

    private Optional<Ruling> set(DumpPart.Statement statement, SqlTokens tokens) {
        String value = tokens.get(tokens.size() - 1).text();
        if (tokens.has(1, "default_table_access_method")) {
            return Optional.of(Ruling.run(statement.sql())
                    .forgiving(Set.of("22023", "42704"), note(ACCESS_METHOD_MISSING, "setting", value, statement))
                    .orElse("SET default_table_access_method = heap"));
        }
        if (tokens.has(1, "default_with_oids") && !server.knowsSetting("default_with_oids")) {
            boolean on = Set.of("true", "on", "1", "yes").contains(value);
            return Optional.of(
                    Ruling.skip(note(on ? OIDS_DROPPED : SETTING_UNKNOWN, "setting", "default_with_oids", statement)));
        }
        return Optional.empty();
    }

    private Optional<Ruling> alter(DumpPart.Statement statement, SqlTokens tokens) {
        String name = SqlTokens.summary(statement.sql());
        if (tokens.find(2, "set access method") > 0) {
            String method = tokens.get(tokens.size() - 1).text();
            Consumer<LoadNotes> note = note(ACCESS_METHOD_MISSING, "statement", method, statement);
            return Optional.of(
                    server.version() < 15
                            ? Ruling.skip(note)
                            : Ruling.run(statement.sql()).forgiving(Set.of("42704", "42809", "0A000"), note));
        }
        if (tokens.find(2, "set compression") > 0) {
            Consumer<LoadNotes> note = note(COMPRESSION_DROPPED, "column", name, statement);
            return Optional.of(
                    server.version() < 14
                            ? Ruling.skip(note)
                            : Ruling.run(statement.sql()).forgiving(Set.of("0A000", "22023"), note));
        }
        if (tokens.find(2, "set with oids") > 0) {
            return Optional.of(Ruling.skip(note(OIDS_DROPPED, "table", name, statement)));
        }
        return Optional.empty();
    }

    private static Optional<Ruling> create(DumpPart.Statement statement, SqlTokens tokens) {
        if (tokens.begins("create statistics")) {
            return Optional.of(Ruling.run(statement.sql())
                    .forgiving(
                            Set.of("42601", "0A000"),
                            note(STATISTICS_SKIPPED, "statement", SqlTokens.summary(statement.sql()), statement)));
        }
        Optional<CreatedObject> table = CreatedObject.of(tokens).filter(CreatedObject::holdsRows);
        int using = table.isPresent() ? tokens.find(2, "using") : -1;
        if (using < 0 || !tokens.get(using + 1).isName()) {
            return Optional.empty();
        }
        String method = tokens.get(using + 1).text();
        String sql = statement.sql();
        return Optional.of(Ruling.run(sql)
                .forgiving(Set.of("42704"), note(ACCESS_METHOD_MISSING, "table", method, statement))
                .onlyIfNamed("\"" + method + "\"")
                .orElse(sql.substring(0, tokens.get(using).begin())
                        + sql.substring(tokens.get(using + 1).end())));
    }

    /** pg_dump 18 writes the planner's statistics as calls; they are collected anew anyway. */
    private Optional<Ruling> statistics(DumpPart.Statement statement, SqlTokens tokens) {
        int call = tokens.get(2).is("from") ? 3 : 1;
        call += tokens.has(call, "pg_catalog") ? 2 : 0;
        String function = tokens.get(call).text();
        boolean restores = function.startsWith("pg_restore_") && function.endsWith("_stats");
        if (!restores) {
            return Optional.empty();
        }
        Consumer<LoadNotes> note = note(STATISTICS_SKIPPED, "statement", function, statement);
        return Optional.of(
                server.version() < 18
                        ? Ruling.skip(note)
                        : Ruling.run(statement.sql())
                                .forgiving(Set.of("42501", "42883", "22023", "42P01", "42704"), note));
    }

    /** MAINTAIN came with 17; before, owners alone could do it. */
    private Optional<Ruling> privileges(DumpPart.Statement statement, SqlTokens tokens) {
        int on = tokens.find(1, "on");
        int at = tokens.find(1, "maintain");
        if (server.version() >= 17 || at < 0 || at > on) {
            return Optional.empty();
        }
        Consumer<LoadNotes> note = note(PRIVILEGE_UNKNOWN, "privilege", "MAINTAIN", statement);
        boolean alone = on == at + 1 && at == 1;
        return alone ? Optional.of(Ruling.skip(note)) : Optional.empty();
    }

    private static Consumer<LoadNotes> note(
            LoadNotes.Kind kind, String what, String name, DumpPart.Statement statement) {
        return notes -> notes.add(kind, what, what + "s", name, statement);
    }
}
