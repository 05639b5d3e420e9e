package recovery.core.target.postgres;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import recovery.core.dump.SqlTokens;
import recovery.core.dump.SqlTokens.Token;

/**
 * The columns and constraints of a {@code CREATE TABLE} as a server of a given version can take them. For one
 * statement, in this order: {@link #rewritten}, then what became of it.
 */
final class TableColumns {
    private static final Set<String> ON = Set.of("true", "on", "1", "yes", ")", ",");

    private final String sql;
    private final SqlTokens tokens;
    private final int version;
    private final List<Edit> edits = new ArrayList<>();
    private final List<String> actions = new ArrayList<>();
    private boolean kept;
    private boolean changed;
    private boolean compression;
    private boolean stored;
    private boolean oids;

    private record Edit(int begin, int end, String text) {}

    TableColumns(String sql, SqlTokens tokens, int version) {
        this.sql = sql;
        this.tokens = tokens;
        this.version = version;
    }

    boolean isChanged() {
        return changed;
    }

    boolean lostCompression() {
        return compression;
    }

    boolean becameStored() {
        return stored;
    }

    boolean lostOids() {
        return oids;
    }

    /** The statement itself if there is nothing to change; actions that follow it stand behind a semicolon. */
    String rewritten() {
        SqlTokens.Name table = nameOfTable();
        if (table == null || isCut(table)) {
            return sql;
        }
        int open = table.next();
        int close = tokens.get(open).isSymbol('(') ? endOf(open) : open - 1;
        if (version < 18 && close > open) {
            items(open, close);
        }
        oids(close + 1);
        StringBuilder text = new StringBuilder(sql);
        for (int i = edits.size() - 1; i >= 0; i--) {
            text.replace(edits.get(i).begin(), edits.get(i).end(), edits.get(i).text());
        }
        String name = sql.substring(
                tokens.get(open - 2 * table.parts().size() + 1).begin(),
                tokens.get(open - 1).end());
        actions.forEach(action ->
                text.append(";\nALTER TABLE ONLY ").append(name).append(' ').append(action));
        return text.toString();
    }

    /** So many columns that not all of its tokens were read. */
    private boolean isCut(SqlTokens.Name table) {
        return tokens.get(table.next()).isSymbol('(') && endOf(table.next()) == table.next();
    }

    private SqlTokens.Name nameOfTable() {
        int at = tokens.find(1, "table") + 1;
        return tokens.name(tokens.has(at, "if not exists") ? at + 3 : at).orElse(null);
    }

    /** Index of the parenthesis that closes the one at {@code open}. */
    private int endOf(int open) {
        int depth = 0;
        for (int i = open; i < tokens.size(); i++) {
            if (tokens.get(i).isSymbol('(')) {
                depth++;
            } else if (tokens.get(i).isSymbol(')') && --depth == 0) {
                return i;
            }
        }
        return open;
    }

    private void items(int open, int close) {
        int begin = open + 1;
        for (int i = begin; i <= close; i++) {
            if (tokens.get(i).isSymbol('(')) {
                i = endOf(i);
            } else if (i == close || tokens.get(i).isSymbol(',')) {
                item(begin, i);
                begin = i + 1;
            }
        }
    }

    private void item(int begin, int end) {
        int named = tokens.get(begin).is("constraint") ? begin + 2 : begin;
        if (tokens.has(named, "not null") && tokens.get(named + 2).isName() && named + 2 < end) {
            actions.add("ALTER COLUMN " + text(named + 2) + " SET NOT NULL");
            boolean first = !kept;
            boolean comma = tokens.get(end).isSymbol(',');
            edit(
                    first ? tokens.get(begin).begin() : tokens.get(begin - 1).begin(),
                    first && comma ? tokens.get(end).end() : tokens.get(end - 1).end(),
                    "");
            changed = true;
            return;
        }
        kept = true;
        for (int i = begin + 1; i < end; i++) {
            Token token = tokens.get(i);
            if (token.isSymbol('(')) {
                i = endOf(i);
            } else if (token.is("not") && tokens.has(i, "not null no inherit")) {
                edit(tokens.get(i + 1).end(), tokens.get(i + 3).end(), "");
                changed = true;
            } else if (tokens.has(i, "generated always as") && tokens.get(i + 3).isSymbol('(')) {
                generated(endOf(i + 3));
            } else if (token.is("storage") && version < 16 && tokens.get(i + 1).isName() && i > begin + 1) {
                actions.add("ALTER COLUMN " + text(begin) + " SET STORAGE " + text(i + 1));
                edit(token.begin(), tokens.get(i + 1).end(), "");
                changed = true;
            } else if (token.is("compression")
                    && version < 14
                    && tokens.get(i + 1).isName()
                    && i > begin + 1) {
                edit(token.begin(), tokens.get(i + 1).end(), "");
                compression = true;
            }
        }
    }

    /** A generated column that is computed when it is read is computed when it is written. */
    private void generated(int close) {
        Token next = tokens.get(close + 1);
        if (!next.is("stored")) {
            int end = tokens.get(close).end();
            edit(end, next.is("virtual") ? next.end() : end, " STORED");
            stored = true;
        }
    }

    private void oids(int from) {
        int with = tokens.find(from, "with oids");
        if (with >= 0) {
            edit(tokens.get(with).begin(), tokens.get(with + 1).end(), "");
            oids = true;
            return;
        }
        int list = tokens.find(from, "with");
        for (int i = list + 2; list >= 0 && tokens.get(list + 1).isSymbol('(') && i < tokens.size(); i++) {
            if (tokens.get(i).is("oids")) {
                boolean valued = tokens.get(i + 1).isSymbol('=');
                if (!ON.contains(tokens.get(valued ? i + 2 : i + 1).text())) {
                    return;
                }
                edit(tokens.get(i).begin(), tokens.get(valued ? i + 2 : i).end(), "oids = false");
                oids = true;
            } else if (tokens.get(i).isSymbol(')')) {
                return;
            }
        }
    }

    private String text(int token) {
        return sql.substring(tokens.get(token).begin(), tokens.get(token).end());
    }

    private void edit(int begin, int end, String text) {
        edits.add(new Edit(begin, end, text));
    }
}
