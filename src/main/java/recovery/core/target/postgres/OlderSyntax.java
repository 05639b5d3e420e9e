package recovery.core.target.postgres;

import static recovery.core.target.postgres.LoadNotes.Kind.COMPRESSION_DROPPED;
import static recovery.core.target.postgres.LoadNotes.Kind.FUNCTION_BODY_AS_TEXT;
import static recovery.core.target.postgres.LoadNotes.Kind.OIDS_DROPPED;
import static recovery.core.target.postgres.LoadNotes.Kind.PRIVILEGE_UNKNOWN;
import static recovery.core.target.postgres.LoadNotes.Kind.SYNTAX_ADAPTED;

import java.util.Optional;
import recovery.core.dump.DumpPart;
import recovery.core.dump.SqlTokens;

/**
 * Writes what a newer PostgreSQL dumped in the words of the server, where that means the same. What would mean something
 * else stays as it is; the server then refuses it. Stateless after it was made.
 */
final class OlderSyntax {
    private final int version;

    /** @param version of the server */
    OlderSyntax(int version) {
        this.version = version;
    }

    DumpPart.Statement apply(DumpPart.Statement statement, SqlTokens tokens, LoadNotes notes) {
        String sql = switch (tokens.get(0).text()) {
            case "create" -> create(statement, tokens, notes);
            case "alter" -> alter(statement, tokens, notes);
            case "grant", "revoke" -> privileges(statement, tokens, notes);
            default -> statement.sql();
        };
        return sql.equals(statement.sql()) ? statement : RoleNames.with(statement, sql);
    }

    private String create(DumpPart.Statement statement, SqlTokens tokens, LoadNotes notes) {
        Optional<CreatedObject> object = CreatedObject.of(tokens);
        String kind = object.map(CreatedObject::kind).orElse("");
        return switch (kind) {
            case "table" -> table(statement, tokens, notes);
            case "function", "procedure" -> version < 14 ? routine(statement, tokens, notes) : statement.sql();
            case "type" -> version < 14 ? without(statement, tokens, "multirange_type_name", notes) : statement.sql();
            case "collation" -> version < 17 ? collation(statement, tokens, notes) : statement.sql();
            default -> statement.sql();
        };
    }

    private String table(DumpPart.Statement statement, SqlTokens tokens, LoadNotes notes) {
        TableColumns columns = new TableColumns(statement.sql(), tokens, version);
        String sql = columns.rewritten();
        if (columns.isChanged()) {
            add(notes, SYNTAX_ADAPTED, "statement", statement);
        }
        if (columns.lostCompression()) {
            add(notes, COMPRESSION_DROPPED, "table", statement);
        }
        if (columns.becameStored()) {
            add(notes, LoadNotes.Kind.GENERATED_COLUMN_STORED, "table", statement);
        }
        if (columns.lostOids()) {
            add(notes, OIDS_DROPPED, "table", statement);
        }
        return sql;
    }

    /** {@code ADD CONSTRAINT x NOT NULL a}: older servers know NOT NULL as a property of the column alone. */
    private String alter(DumpPart.Statement statement, SqlTokens tokens, LoadNotes notes) {
        int at = version < 18 && tokens.begins("alter table") ? tokens.find(3, "add constraint") : -1;
        if (at < 0 || !tokens.has(at + 3, "not null") || !tokens.get(at + 5).isName()) {
            return statement.sql();
        }
        add(notes, SYNTAX_ADAPTED, "statement", statement);
        String sql = statement.sql();
        String column =
                sql.substring(tokens.get(at + 5).begin(), tokens.get(at + 5).end());
        String name =
                sql.substring(tokens.get(at + 2).begin(), tokens.get(at + 2).end());
        String begin = sql.substring(0, tokens.get(at).begin());
        return tokens.find(at + 6, "not valid") > 0
                ? begin + "ADD CONSTRAINT " + name + " CHECK (" + column + " IS NOT NULL) NOT VALID"
                : begin + "ALTER COLUMN " + column + " SET NOT NULL";
    }

    /** A body in SQL becomes a string, which is looked into when the function runs. */
    private static String routine(DumpPart.Statement statement, SqlTokens tokens, LoadNotes notes) {
        String sql = statement.sql();
        int atomic = tokens.find(3, "begin atomic");
        String body;
        int begin;
        if (atomic > 0) {
            begin = tokens.get(atomic).begin();
            int end = sql.toLowerCase(java.util.Locale.ROOT).lastIndexOf("end");
            body = sql.substring(tokens.get(atomic + 1).end(), end);
        } else {
            int result = tokens.find(3, "return");
            if (result < 0) {
                return sql;
            }
            begin = tokens.get(result).begin();
            body = "SELECT" + sql.substring(tokens.get(result).end());
        }
        if (tokens.find(2, "language sql") < 0 || body.contains("$recovery$")) {
            return sql;
        }
        add(notes, FUNCTION_BODY_AS_TEXT, "function", statement);
        return sql.substring(0, begin) + "AS $recovery$" + body + "$recovery$";
    }

    private static String without(DumpPart.Statement statement, SqlTokens tokens, String option, LoadNotes notes) {
        for (int i = 4; i < tokens.size(); i++) {
            boolean found = tokens.get(i).is(option) && tokens.get(i + 1).isSymbol('=');
            Optional<SqlTokens.Name> value = found ? tokens.name(i + 2) : Optional.empty();
            if (value.isPresent()) {
                int next = value.get().next();
                boolean last = !tokens.get(next).isSymbol(',');
                add(notes, SYNTAX_ADAPTED, "statement", statement);
                String sql = statement.sql();
                return sql.substring(0, tokens.get(last ? i - 1 : i).begin())
                        + sql.substring(tokens.get(last ? next - 1 : next).end());
            }
        }
        return statement.sql();
    }

    /** The builtin provider came with 17; its locale C is that of every server. */
    private static String collation(DumpPart.Statement statement, SqlTokens tokens, LoadNotes notes) {
        boolean builtin = false;
        boolean plain = false;
        int provider = -1;
        for (int i = 3; i < tokens.size(); i++) {
            if (tokens.get(i).is("provider")) {
                provider = i + 2;
                builtin = tokens.get(provider).text().equals("builtin");
            }
            plain |= tokens.get(i).is("locale") && tokens.get(i + 2).text().equals("C");
        }
        if (!builtin || !plain) {
            return statement.sql();
        }
        add(notes, SYNTAX_ADAPTED, "statement", statement);
        return statement.sql().substring(0, tokens.get(provider).begin())
                + "libc"
                + statement.sql().substring(tokens.get(provider).end());
    }

    /** MAINTAIN came with 17; alone it leaves nothing to grant, which is for the rules. */
    private String privileges(DumpPart.Statement statement, SqlTokens tokens, LoadNotes notes) {
        int on = tokens.find(1, "on");
        int at = tokens.find(1, "maintain");
        boolean last = !tokens.get(at + 1).isSymbol(',');
        if (version >= 17 || at < 1 || at > on || (last && !tokens.get(at - 1).isSymbol(','))) {
            return statement.sql();
        }
        notes.add(PRIVILEGE_UNKNOWN, "privilege", "privileges", "MAINTAIN", statement);
        String sql = statement.sql();
        return last
                ? sql.substring(0, tokens.get(at - 1).begin())
                        + sql.substring(tokens.get(at).end())
                : sql.substring(0, tokens.get(at).begin())
                        + sql.substring(tokens.get(at + 2).begin());
    }

    private static void add(LoadNotes notes, LoadNotes.Kind kind, String what, DumpPart.Statement statement) {
        String sql = statement.sql();
        notes.add(kind, what, what + "s", SqlTokens.summary(sql.substring(0, Math.min(200, sql.length()))), statement);
    }
}
