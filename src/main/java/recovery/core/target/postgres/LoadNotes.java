package recovery.core.target.postgres;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import recovery.core.dump.DumpPart;
import recovery.core.error.Note;

/**
 * Everything the loader adapted or skipped, gathered so that each kind is one note however often it happened. Any thread
 * may tell, in any order; what is said follows the order of the dump.
 */
final class LoadNotes {
    private static final int NAMES_SHOWN = 5;

    private final String user;
    private final Map<Kind, Tally> tallies = new TreeMap<>();
    private final Map<String, Map<RolePart, Integer>> missingRoles = new TreeMap<>();

    /** Kinds of notes; the name is the stable code. */
    enum Kind {
        OWNER_NOT_ALLOWED("%s kept the restoring role as owner, because it may not hand them to %s"),
        GRANT_SKIPPED("%s left out, because the restoring role may not grant them: %s"),
        SETTING_UNKNOWN("%s skipped, because this server does not know them: %s"),
        SETTING_SKIPPED("%s skipped, because this server does not accept them: %s"),
        OPTION_UNKNOWN("%s left out, because this server does not know them: %s"),
        TABLESPACE_MISSING("%s replaced by the database's own, because this server lacks them: %s"),
        SCHEMA_EXISTS("%s skipped, because it is there already: %s"),
        EXTENSION_EXISTS("%s skipped, because it is there already: %s"),
        DROP_SKIPPED("%s skipped, because the copy is new and has no such object: %s"),
        COMMENT_SKIPPED("%s left out, because the restoring role does not own the object: %s"),
        SECURITY_LABEL_SKIPPED("%s left out, because this server cannot take them: %s"),
        DATABASE_STATEMENT_SKIPPED("%s skipped, because they concern a whole database or its sessions: %s"),
        DATABASE_SETTING_APPLIED("%s of the dump's database applied to the restored one: %s"),
        ROLE_STATEMENT_SKIPPED("%s skipped, because roles belong to the whole server: %s"),
        TABLESPACE_STATEMENT_SKIPPED("%s skipped, because tablespaces belong to the whole server: %s"),
        DATABASE_OBJECT_KEPT("%s skipped, because what they are about belongs to the whole database and is there: %s"),
        SUBSCRIPTION_DISABLED("%s restored switched off and without a slot, so that nothing connects: %s"),
        SUBSCRIPTION_SKIPPED("%s skipped, because they would connect to another server: %s"),
        PUBLICATION_SKIPPED("%s left out, because this server is too old for them: %s"),
        EXTENSION_SKIPPED("%s left out, because the extension was to be skipped: %s"),
        EXTENSION_VERSION("%s created in the version the server has, because it lacks the dump's: %s"),
        TRIGGERS_ADAPTED("%s switched user triggers alone, because only a superuser may switch foreign keys; those"
                + " were checked: %s"),
        ACCESS_METHOD_MISSING("%s stored as a heap, because this server lacks the access method: %s"),
        COMPRESSION_DROPPED("%s compressed as is usual, because this server lacks that method: %s"),
        OIDS_DROPPED("%s restored without the hidden column of OIDs, which PostgreSQL has no more: %s"),
        GENERATED_COLUMN_STORED("%s store generated columns that were computed when read: %s"),
        SYNTAX_ADAPTED("%s written in words that this older server knows and that mean the same: %s"),
        FUNCTION_BODY_AS_TEXT("%s given as text, because this server does not know bodies in SQL: %s"),
        PRIVILEGE_UNKNOWN("%s left out, because this server does not know them: %s"),
        STATISTICS_SKIPPED("%s left out; the planner's figures are collected anew: %s"),
        FOREIGN_ROWS_SKIPPED("%s left out, because their rows are on another server: %s"),
        ROLE_CREATED("%s created on the server because the dump names them and you asked for it: %s"),
        DO_BLOCK_RUN("%s run; pg_dump writes none, so somebody added them: %s"),
        ROWS_NOT_COUNTED("%s stored another number of rows than they hold, so those tables cannot be counted: %s");

        private final String text;

        Kind(String text) {
            this.text = text;
        }
    }

    /** What a missing role was named for. */
    enum RolePart {
        OWNERSHIP("object belongs", "objects belong"),
        GRANT("grant was", "grants were"),
        POLICY("policy was", "policies were"),
        OTHER("statement was", "statements were");

        private final String one;
        private final String many;

        RolePart(String one, String many) {
            this.one = one;
            this.many = many;
        }

        String counted(int count) {
            return count + " " + (count == 1 ? one : many);
        }
    }

    private static final class Tally {
        /** With the place where each comes first. */
        private final Map<String, Long> names = new LinkedHashMap<>();

        private String one = "";
        private String many = "";
        private String where = "";
        private long first = Long.MAX_VALUE;
        private int count;

        List<String> inOrder() {
            return names.entrySet().stream()
                    .sorted(Map.Entry.comparingByValue())
                    .map(Map.Entry::getKey)
                    .toList();
        }
    }

    LoadNotes(String user) {
        this.user = user;
    }

    /** Counts one more of {@code kind}; {@code one} and {@code many} say what is counted, the first of the dump decides. */
    void add(Kind kind, String one, String many, String name, DumpPart part) {
        add(kind, one, many, name, DumpPlace.of(part), DumpPlace.order(part));
    }

    private void add(Kind kind, String one, String many, String name) {
        add(kind, one, many, name, "", 0);
    }

    private synchronized void add(Kind kind, String one, String many, String name, String where, long order) {
        Tally tally = tallies.computeIfAbsent(kind, k -> new Tally());
        tally.count++;
        if (order < tally.first) {
            tally.first = order;
            tally.one = one;
            tally.many = many;
            tally.where = where;
        }
        // Enough to say how many more there are without holding every name of a hostile dump.
        if (tally.names.size() < 10_000) {
            tally.names.merge(name, order, Math::min);
        }
    }

    /** One object more that the restoring role had to keep. */
    synchronized void addOwnerNotAllowed(String role) {
        add(Kind.OWNER_NOT_ALLOWED, "object", "objects", role);
    }

    /** What the dump says of a role that was created, and the server does not accept. */
    synchronized void roleSettingSkipped(String statement) {
        add(Kind.SETTING_SKIPPED, "setting of a role", "settings of roles", statement);
    }

    /** A role that the restore added to the server. */
    synchronized void roleCreated(String role) {
        add(Kind.ROLE_CREATED, "role", "roles", role);
    }

    synchronized void roleMissing(String role, RolePart part) {
        missingRoles.computeIfAbsent(role, name -> new LinkedHashMap<>()).merge(part, 1, Integer::sum);
    }

    /** All notes, missing roles first. */
    synchronized List<Note> all() {
        List<Note> notes = new ArrayList<>();
        missingRoles.forEach((role, parts) -> notes.add(new Note("ROLE_MISSING", textFor(role, parts))));
        tallies.forEach((kind, tally) -> notes.add(new Note(kind.name(), textFor(kind, tally))));
        return notes;
    }

    private String textFor(String role, Map<RolePart, Integer> parts) {
        List<String> effects = new ArrayList<>();
        Integer owned = parts.get(RolePart.OWNERSHIP);
        if (owned != null) {
            effects.add(RolePart.OWNERSHIP.counted(owned) + " to '" + user + "' instead");
        }
        for (RolePart part : List.of(RolePart.GRANT, RolePart.POLICY, RolePart.OTHER)) {
            Integer count = parts.get(part);
            if (count != null) {
                effects.add(part.counted(count) + " left out"
                        + (part == RolePart.POLICY ? ", which hides the rows it would show" : ""));
            }
        }
        return "The role '%s' does not exist on this server: %s.".formatted(role, String.join("; ", effects));
    }

    private static String textFor(Kind kind, Tally tally) {
        String counted = tally.count + " " + (tally.count == 1 ? tally.one : tally.many);
        String names = tally.inOrder().stream()
                .limit(NAMES_SHOWN)
                .map(name -> "'" + name + "'")
                .collect(Collectors.joining(", "));
        int more = tally.names.size() - NAMES_SHOWN;
        String where = tally.where.isEmpty() ? "" : " (first at " + tally.where + ")";
        return kind.text.formatted(counted, names + (more > 0 ? " and " + more + " more" : "")) + where + ".";
    }
}
