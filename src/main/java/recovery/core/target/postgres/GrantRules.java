package recovery.core.target.postgres;

import static recovery.core.target.postgres.LoadNotes.Kind.GRANT_SKIPPED;
import static recovery.core.target.postgres.LoadNotes.Kind.PRIVILEGE_UNKNOWN;
import static recovery.core.target.postgres.LoadNotes.RolePart.GRANT;
import static recovery.core.target.postgres.LoadNotes.RolePart.POLICY;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import recovery.core.dump.DumpPart;
import recovery.core.dump.SqlTokens;
import recovery.core.dump.SqlTokens.Token;

/** Grants, default privileges and policies lose the roles that this server lacks, and nothing else. */
final class GrantRules implements StatementRule {
    private final LoadServer server;

    GrantRules(LoadServer server) {
        this.server = server;
    }

    @Override
    public Optional<Ruling> rule(DumpPart.Statement statement, SqlTokens tokens) {
        if (tokens.begins("create policy") || tokens.begins("alter policy")) {
            int to = tokens.find(tokens.find(2, "on") + 2, "to");
            return to < 0 || tokens.get(to - 1).is("rename")
                    ? Optional.empty()
                    : Optional.of(existing(statement, List.of(roles(tokens, to + 1)), POLICY));
        }
        boolean grant = tokens.begins("grant") || tokens.begins("revoke");
        if (!grant && !tokens.begins("alter default privileges")) {
            return Optional.empty();
        }
        if (!grant && server.version() < 18 && tokens.find(3, "on large objects") > 0) {
            return Optional.of(Ruling.skip(
                    notes -> notes.add(PRIVILEGE_UNKNOWN, "privilege", "privileges", "ON LARGE OBJECTS", statement)));
        }
        List<List<Token>> lists = new ArrayList<>();
        int owners = grant ? -1 : owners(tokens);
        if (owners > 0) {
            lists.add(roles(tokens, owners));
        }
        int to = Math.max(tokens.find(1, "to"), tokens.find(1, "from"));
        if (to > 0) {
            lists.add(roles(tokens, to + 1));
        }
        return Optional.of(existing(statement, lists, GRANT)
                .forgiving(
                        Set.of("42501"),
                        notes -> notes.add(
                                GRANT_SKIPPED, "grant", "grants", SqlTokens.summary(statement.sql()), statement)));
    }

    /** Index of the first role behind {@code FOR ROLE}. */
    private static int owners(SqlTokens tokens) {
        int clause = Math.max(tokens.find(3, "for role"), tokens.find(3, "for user"));
        return clause < 0 ? -1 : clause + 2;
    }

    /** The roles of a list that begins at {@code index}; the word GROUP before a role says nothing. */
    private static List<Token> roles(SqlTokens tokens, int index) {
        List<Token> roles = new ArrayList<>();
        int at = index;
        while (tokens.get(at).isName()) {
            if (tokens.get(at).is("group") && tokens.get(at + 1).isName()) {
                at++;
            }
            roles.add(tokens.get(at++));
            if (!tokens.get(at).isSymbol(',')) {
                break;
            }
            at++;
        }
        return roles;
    }

    /** The statement with only the roles that exist; none if a list would be empty. */
    private Ruling existing(DumpPart.Statement statement, List<List<Token>> lists, LoadNotes.RolePart part) {
        List<String> missing = lists.stream()
                .flatMap(roles -> server.missing(roles).stream())
                .distinct()
                .toList();
        if (missing.isEmpty()) {
            return Ruling.run(statement.sql());
        }
        Ruling skipped = Ruling.skip(notes -> missing.forEach(role -> notes.roleMissing(role, part)));
        String sql = statement.sql();
        for (int i = lists.size() - 1; i >= 0; i--) {
            List<Token> roles = lists.get(i);
            List<Token> kept = roles.stream().filter(server::hasRole).toList();
            if (kept.isEmpty()) {
                return skipped;
            }
            String original = statement.sql();
            sql = sql.substring(0, roles.get(0).begin())
                    + kept.stream()
                            .map(role -> original.substring(role.begin(), role.end()))
                            .collect(Collectors.joining(", "))
                    + sql.substring(roles.get(roles.size() - 1).end());
        }
        return Ruling.changed(sql, skipped.note());
    }
}
