package recovery.core.dump.sqlite;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * The beginning of a statement as far as it tells what the statement is about. No parser: what it does not understand
 * has the first word as its kind and no name.
 *
 * @param kind in upper case: {@code INSERT}, {@code CREATE TABLE}, {@code PRAGMA}, …
 * @param name of the object without quotes; empty if none was found
 * @param columnLists 1 if an INSERT names its columns, else 0
 * @param plainValues an INSERT that adds one row for each group behind VALUES, and does nothing else
 * @param values characters up to the end of the word VALUES of an INSERT; 0 if it has none, or no group follows
 */
record StatementHead(String kind, String name, int columnLists, boolean plainValues, int values) {
    private static final Set<String> CREATED = Set.of("TABLE", "INDEX", "VIEW", "TRIGGER");

    static StatementHead of(String sql) {
        Words words = new Words(sql);
        String verb = words.word();
        return switch (verb) {
            case "INSERT", "REPLACE" -> insert(verb, words);
            case "CREATE" -> create(words);
            case "DROP", "ALTER" -> named(verb + " " + words.word(), words);
            case "DELETE" -> {
                words.skip("FROM");
                yield named(verb, words);
            }
            case "PRAGMA" -> named(verb, words);
            default -> new StatementHead(verb, "", 0, false, 0);
        };
    }

    static boolean isTrigger(String sql) {
        Words words = new Words(sql);
        words.skip("EXPLAIN");
        if (!words.skip("CREATE")) {
            return false;
        }
        String what = words.word();
        return what.equals("TRIGGER") || ((what.equals("TEMP") || what.equals("TEMPORARY")) && words.skip("TRIGGER"));
    }

    static String withoutComments(String sql) {
        Words words = new Words(sql);
        StringBuilder text = new StringBuilder();
        for (String next = words.next(); !next.isEmpty(); next = words.next()) {
            text.append(next).append(' ');
        }
        return text.toString();
    }

    private static StatementHead insert(String verb, Words words) {
        boolean plain = verb.equals("INSERT") && !words.peek().equalsIgnoreCase("OR");
        if (words.skip("OR")) {
            words.next();
        }
        words.skip("INTO");
        String name = words.name();
        if (words.skip("AS")) {
            words.next();
        }
        int lists = words.skipGroup() ? 1 : 0;
        if (words.skip("DEFAULT")) {
            return new StatementHead("INSERT", name, -1, plain && words.skip("VALUES"), 0);
        }
        boolean values = words.skip("VALUES");
        return new StatementHead("INSERT", name, lists, plain && values, values ? words.at : 0);
    }

    private static StatementHead create(Words words) {
        String what = words.word();
        boolean temporary = what.equals("TEMP") || what.equals("TEMPORARY");
        if (temporary || what.equals("UNIQUE")) {
            what = words.word();
        }
        if (what.equals("VIRTUAL")) {
            words.next();
            what = "TABLE";
        }
        if (!CREATED.contains(what)) {
            return new StatementHead("CREATE " + what, "", 0, false, 0);
        }
        return named((temporary ? "CREATE TEMP " : "CREATE ") + what, words);
    }

    private static StatementHead named(String kind, Words words) {
        if (words.skip("IF")) {
            words.skip("NOT");
            words.skip("EXISTS");
        }
        return new StatementHead(kind, words.name(), 0, false, 0);
    }

    /** Words, names in quotes, and single characters, without comments. */
    private static final class Words {
        private final String sql;
        private int at;

        Words(String sql) {
            this.sql = sql;
        }

        /** The next token as it stands; empty at the end. */
        String next() {
            skipBlank();
            int begin = at;
            if (at < sql.length()) {
                char first = sql.charAt(at);
                if (isWord(first)) {
                    while (at < sql.length() && isWord(sql.charAt(at))) {
                        at++;
                    }
                } else if ("\"'`[".indexOf(first) >= 0) {
                    toQuoteEnd(first == '[' ? ']' : first);
                } else {
                    at++;
                }
            }
            return sql.substring(begin, at);
        }

        String peek() {
            int begin = at;
            String token = next();
            at = begin;
            return token;
        }

        String word() {
            return next().toUpperCase(Locale.ROOT);
        }

        boolean skip(String word) {
            int begin = at;
            if (next().equalsIgnoreCase(word)) {
                return true;
            }
            at = begin;
            return false;
        }

        /** A name without its schema and without its quotes. */
        String name() {
            List<String> parts = new ArrayList<>();
            do {
                parts.add(next());
            } while (skip("."));
            return SqliteNames.plain(parts.get(parts.size() - 1));
        }

        /** Whether there was a group in parentheses. */
        boolean skipGroup() {
            if (!skip("(")) {
                return false;
            }
            int depth = 1;
            while (depth > 0) {
                String token = next();
                depth += token.equals("(") ? 1 : token.equals(")") || token.isEmpty() ? -1 : 0;
            }
            return true;
        }

        private void toQuoteEnd(char close) {
            at++;
            while (at < sql.length()) {
                if (sql.charAt(at++) == close) {
                    if (close == ']' || at >= sql.length() || sql.charAt(at) != close) {
                        return;
                    }
                    at++;
                }
            }
        }

        private void skipBlank() {
            while (at < sql.length()) {
                if (StatementScan.isSpace(sql.charAt(at))) {
                    at++;
                } else if (sql.startsWith("--", at)) {
                    at = behind("\n");
                } else if (sql.startsWith("/*", at)) {
                    at += 2;
                    at = behind("*/");
                } else {
                    return;
                }
            }
        }

        private int behind(String mark) {
            int end = sql.indexOf(mark, at);
            return end < 0 ? sql.length() : end + mark.length();
        }

        private static boolean isWord(char next) {
            return Character.isLetterOrDigit(next) || next == '_' || next == '$' || next >= 0x80;
        }
    }
}
