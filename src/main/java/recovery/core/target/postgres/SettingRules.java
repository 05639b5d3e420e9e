package recovery.core.target.postgres;

import static recovery.core.target.postgres.LoadNotes.Kind.OWNER_NOT_ALLOWED;
import static recovery.core.target.postgres.LoadNotes.Kind.SETTING_SKIPPED;
import static recovery.core.target.postgres.LoadNotes.Kind.SETTING_UNKNOWN;
import static recovery.core.target.postgres.LoadNotes.Kind.TABLESPACE_MISSING;

import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import recovery.core.dump.DumpPart;
import recovery.core.dump.SqlTokens;
import recovery.core.dump.SqlTokens.Kind;
import recovery.core.dump.SqlTokens.Token;

/** SET, RESET and {@code set_config}: what the server does not know is skipped, what the load needs stays as it is. */
final class SettingRules implements StatementRule {
    /** Not allowed for this role; invalid value; object does not exist; not possible at this time. */
    private static final Set<String> NOT_ACCEPTED = Set.of("42501", "22023", "42704", "55P02");

    /** To go on without these would load other data than the dump holds. */
    private static final Set<String> NEEDED = Set.of("search_path", "datestyle");

    private final LoadServer server;

    SettingRules(LoadServer server) {
        this.server = server;
    }

    @Override
    public Optional<Ruling> rule(DumpPart.Statement statement, SqlTokens tokens) {
        if (tokens.begins("reset all") || tokens.begins("discard all")) {
            return Optional.of(Ruling.run("RESET SESSION AUTHORIZATION; RESET ALL; " + LoadSession.sql(server)));
        }
        if (tokens.begins("reset") && !tokens.begins("reset role") && !tokens.begins("reset session")) {
            return setting(statement, tokens.get(1), "");
        }
        if (tokens.begins("set")) {
            return set(statement, tokens);
        }
        return tokens.begins("select") ? config(statement, tokens) : Optional.empty();
    }

    private Optional<Ruling> set(DumpPart.Statement statement, SqlTokens tokens) {
        int name = tokens.has(1, "session") || tokens.has(1, "local") ? 2 : 1;
        if (tokens.get(name).is("role")) {
            return Optional.of(role(statement, tokens.get(tokens.size() - 1), "RESET ROLE"));
        }
        if (tokens.get(name).is("authorization")) {
            return Optional.of(role(statement, tokens.get(tokens.size() - 1), "RESET SESSION AUTHORIZATION"));
        }
        if (tokens.get(name).is("names")) {
            return Optional.of(Ruling.skip(notes -> {}));
        }
        Token sign = tokens.get(name + 1);
        if (!sign.isSymbol('=') && !sign.is("to") && !sign.isSymbol('.')) {
            return Optional.empty();
        }
        if (sign.isSymbol('.')) {
            return Optional.of(
                    forgiving(statement, tokens.name(name).orElseThrow().sql()));
        }
        return setting(statement, tokens.get(name), statement.sql().substring(sign.end()));
    }

    /** A role that is missing or must not be taken on: go on as the role that restores, not as the one before. */
    private Ruling role(DumpPart.Statement statement, Token role, String reset) {
        boolean none = role.is("none") || role.is("default");
        if (none || server.hasRole(role)) {
            return Ruling.run(statement.sql())
                    .forgiving(Set.of("42501"), owner(statement, role.text()))
                    .orElse(reset);
        }
        return Ruling.changed(reset, notes -> notes.roleMissing(role.text(), LoadNotes.RolePart.OTHER));
    }

    private static Consumer<LoadNotes> owner(DumpPart.Statement statement, String role) {
        return notes -> notes.add(OWNER_NOT_ALLOWED, "group of objects", "groups of objects", role, statement);
    }

    private Optional<Ruling> config(DumpPart.Statement statement, SqlTokens tokens) {
        int call = tokens.has(1, "pg_catalog") ? 3 : 1;
        Token name = tokens.get(call + 2);
        boolean alone = tokens.get(tokens.size() - 1).isSymbol(')') && tokens.find(call, "from") < 0;
        if (!tokens.get(call).is("set_config") || name.kind() != Kind.STRING || !alone) {
            return Optional.empty();
        }
        return setting(statement, name, tokens.get(call + 4).text());
    }

    private Optional<Ruling> setting(DumpPart.Statement statement, Token token, String value) {
        String name = token.text().toLowerCase(Locale.ROOT);
        if (LoadSession.MANAGED.contains(name)) {
            boolean unknown = !server.knowsSetting(name);
            return Optional.of(Ruling.skip(unknown ? note(SETTING_UNKNOWN, statement, name) : notes -> {}));
        }
        if (!server.knowsSetting(name)) {
            return Optional.of(Ruling.skip(note(SETTING_UNKNOWN, statement, name)));
        }
        if (name.equals("datestyle")) {
            return Optional.of(Ruling.run("SET datestyle = 'ISO" + dateOrder(value) + "'"));
        }
        return Optional.of(NEEDED.contains(name) ? Ruling.run(statement.sql()) : forgiving(statement, name));
    }

    private static Ruling forgiving(DumpPart.Statement statement, String name) {
        LoadNotes.Kind kind = name.equals("default_tablespace") ? TABLESPACE_MISSING : SETTING_SKIPPED;
        Ruling ruling = Ruling.run(statement.sql()).forgiving(NOT_ACCEPTED, note(kind, statement, name));
        return kind == TABLESPACE_MISSING ? ruling.orElse("SET default_tablespace = ''") : ruling;
    }

    /** Only the order of day and month matters to what is read; the driver insists on ISO for what is written. */
    private static String dateOrder(String value) {
        String style = value.toLowerCase(Locale.ROOT);
        if (style.contains("dmy") || style.contains("euro") || style.contains("german")) {
            return ", DMY";
        }
        if (style.contains("ymd")) {
            return ", YMD";
        }
        return style.contains("mdy") || style.contains("us") ? ", MDY" : "";
    }

    private static Consumer<LoadNotes> note(LoadNotes.Kind kind, DumpPart.Statement statement, String name) {
        return notes -> notes.add(kind, "setting", "settings", name, statement);
    }
}
