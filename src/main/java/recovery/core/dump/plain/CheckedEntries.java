package recovery.core.dump.plain;

import java.util.Optional;
import recovery.core.dump.Entry;
import recovery.core.dump.SqlTokens;
import recovery.core.dump.Subject;
import recovery.core.error.Note;

/**
 * The entry of each statement of a script: what the section comment above it says, as far as the statement itself
 * does not say otherwise. People edit dumps, and comments are left standing above other statements. For one thread.
 */
final class CheckedEntries {
    private static final String VIA_ROOT = "-- load via partition root";
    private static final int TOKENS = 400;

    private Entry comment = Entry.NONE;
    private boolean viaRoot;
    private String lastInsert = "";
    private Entry lastEntry = Entry.NONE;
    private long wrong;
    private long firstLine;

    /** A comment that begins its line. */
    void comment(String text) {
        Optional<Entry> found = SectionComment.read(text);
        if (found.isPresent()) {
            comment = found.get();
            viaRoot = false;
            lastInsert = "";
        } else if (text.startsWith(VIA_ROOT)) {
            viaRoot = true;
        }
    }

    /** What follows stands under no comment. */
    void none() {
        comment = Entry.NONE;
        lastInsert = "";
    }

    /** The entry of a statement that is no setting. */
    Entry of(String sql, long line) {
        if (comment.equals(Entry.NONE)) {
            return comment;
        }
        if (!lastInsert.isEmpty() && sql.startsWith(lastInsert)) {
            return lastEntry;
        }
        SqlTokens tokens = SqlTokens.of(sql, TOKENS);
        Entry entry = Subject.of(tokens)
                .map(subject -> subject.checked(comment))
                .filter(found -> !viaRoot || !found.kind().equals(comment.kind()))
                .orElse(comment);
        if (!entry.equals(comment)) {
            firstLine = wrong == 0 ? line : firstLine;
            wrong++;
        }
        remember(sql, tokens, entry);
        return entry;
    }

    /** Millions of INSERTs for one table follow each other and begin alike up to the blank behind its name. */
    private void remember(String sql, SqlTokens tokens, Entry entry) {
        lastInsert = tokens.begins("insert into")
                ? tokens.name(2)
                        .map(name -> tokens.get(name.next() - 1).end())
                        .filter(end -> sql.startsWith(" ", end))
                        .map(end -> sql.substring(0, end + 1))
                        .orElse("")
                : "";
        lastEntry = entry;
    }

    Optional<Note> note() {
        return wrong == 0
                ? Optional.empty()
                : Optional.of(new Note(
                        "SECTION_COMMENT_WRONG",
                        "%s in the dump, the first above line %d, %s not fit the statement below; the statements decided."
                                .formatted(
                                        wrong == 1 ? "1 comment" : wrong + " comments",
                                        firstLine,
                                        wrong == 1 ? "does" : "do")));
    }
}
