package recovery.core.target.postgres;

import static recovery.core.target.postgres.PostgresNames.quoted;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import recovery.core.dump.SqlTokens;
import recovery.core.dump.SqlTokens.Token;

/** What a pg_dumpall file says of roles, kept until one of them has to be made. For one thread. */
final class RoleDefinitions {
    private static final Set<String> ROLE = Set.of("role", "user", "group");

    /** What nobody gets by a restore unless that was asked for. */
    private static final Set<String> WITHHELD = Set.of("superuser", "replication", "bypassrls");

    private static final Set<String> ATTRIBUTES = Set.of(
            "superuser",
            "nosuperuser",
            "inherit",
            "noinherit",
            "createrole",
            "nocreaterole",
            "createdb",
            "nocreatedb",
            "login",
            "nologin",
            "replication",
            "noreplication",
            "bypassrls",
            "nobypassrls");

    private final boolean asDumped;
    private final int version;
    private final Map<String, String> attributes = new HashMap<>();
    private final Map<String, List<String>> settings = new HashMap<>();
    private final List<Membership> memberships = new ArrayList<>();

    private record Membership(String group, String member, String sql) {}

    RoleDefinitions(boolean asDumped, int version) {
        this.asDumped = asDumped;
        this.version = version;
    }

    /** Behind {@code CREATE ROLE name}. Without a definition the role only owns and is granted to. */
    String attributes(String name) {
        return attributes.getOrDefault(name, " NOLOGIN");
    }

    /** What completes a role that was just made: its settings, and memberships between roles that were {@code made}. */
    List<String> toRunFor(String name, Set<String> made) {
        List<String> statements = new ArrayList<>(settings.getOrDefault(name, List.of()));
        memberships.stream()
                .filter(one -> one.group().equals(name) || one.member().equals(name))
                .filter(one -> made.contains(one.group()) && made.contains(one.member()))
                .forEach(one -> statements.add(one.sql()));
        return statements;
    }

    /** Whether the statement defines a role that does not exist; then it is kept. */
    boolean keep(SqlTokens tokens, String sql, Set<String> existing) {
        if (tokens.begins("grant") && tokens.find(1, "on") < 0) {
            return keepMembership(tokens);
        }
        boolean definition = (tokens.begins("create") || tokens.begins("alter"))
                && ROLE.contains(tokens.get(1).text())
                && tokens.get(2).isName();
        if (!definition || existing.contains(tokens.get(2).text()) || tokens.has(3, "in database")) {
            return false;
        }
        String name = tokens.get(2).text();
        if (tokens.begins("alter") && tokens.get(3).is("set")) {
            settings.computeIfAbsent(name, role -> new ArrayList<>()).add(sql);
        } else if (tokens.size() > 3) {
            attributes.put(name, read(tokens, sql));
        } else {
            attributes.putIfAbsent(name, " NOLOGIN");
        }
        return true;
    }

    private String read(SqlTokens tokens, String sql) {
        StringBuilder text = new StringBuilder();
        for (int i = 3; i < tokens.size(); i++) {
            Token token = tokens.get(i);
            if (token.kind() == SqlTokens.Kind.WORD && ATTRIBUTES.contains(token.text())) {
                boolean withheld = !asDumped && WITHHELD.contains(token.text());
                text.append(withheld ? " NO" : " ").append(token.text().toUpperCase(java.util.Locale.ROOT));
            } else if (token.is("connection") || token.is("valid")) {
                int last = tokens.get(i + 2).isSymbol('-') ? i + 3 : i + 2;
                text.append(' ').append(sql, token.begin(), tokens.get(last).end());
                i = last;
            } else if (token.is("password")) {
                i++;
                if (asDumped && tokens.get(i).kind() == SqlTokens.Kind.STRING) {
                    text.append(" PASSWORD ")
                            .append(sql, tokens.get(i).begin(), tokens.get(i).end());
                }
            }
        }
        return text.toString();
    }

    private boolean keepMembership(SqlTokens tokens) {
        int to = tokens.find(1, "to");
        if (to != 2 || !tokens.get(1).isName() || !tokens.get(3).isName()) {
            return false;
        }
        boolean weaker = tokens.find(4, "inherit false") > 0 || tokens.find(4, "set false") > 0;
        boolean admin = tokens.find(4, "admin option") > 0 || tokens.find(4, "admin true") > 0;
        int by = tokens.find(4, "granted by");
        String group = tokens.get(1).text();
        String member = tokens.get(3).text();
        String sql = "GRANT " + quoted(group) + " TO " + quoted(member) + (admin ? " WITH ADMIN OPTION" : "");
        if (weaker && version < 16) {
            // there a member always inherits and may take the role on: more than the dump says
            return false;
        }
        if (weaker) {
            sql = "GRANT " + quoted(group) + " TO " + quoted(member) + options(tokens, by);
        }
        memberships.add(new Membership(group, member, sql));
        return true;
    }

    private static String options(SqlTokens tokens, int grantedBy) {
        StringBuilder text = new StringBuilder(" ");
        int end = grantedBy < 0 ? tokens.size() : grantedBy;
        for (int i = 4; i < end; i++) {
            text.append(tokens.get(i).text()).append(' ');
        }
        return text.toString().replace(" ,", ",");
    }
}
