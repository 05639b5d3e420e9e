package recovery.core.target.postgres;

import static recovery.core.target.postgres.LoadNotes.Kind.EXTENSION_SKIPPED;
import static recovery.core.target.postgres.LoadNotes.Kind.EXTENSION_VERSION;

import java.util.Optional;
import java.util.Set;
import recovery.core.dump.DumpPart;
import recovery.core.dump.SqlTokens;

/** Extensions that the operator does without, and versions of extensions that the server does not have. */
final class ExtensionRules implements StatementRule {
    private final Set<String> skipped;

    ExtensionRules(Set<String> skipped) {
        this.skipped = skipped;
    }

    @Override
    public Optional<Ruling> rule(DumpPart.Statement statement, SqlTokens tokens) {
        int at = nameAt(tokens);
        if (at < 0) {
            return Optional.empty();
        }
        String name = tokens.get(at).text();
        if (skipped.contains(name)) {
            return Optional.of(
                    Ruling.skip(notes -> notes.add(EXTENSION_SKIPPED, "statement", "statements", name, statement)));
        }
        int version = tokens.begins("create") ? tokens.find(at + 1, "version") : -1;
        if (version < 0) {
            return Optional.empty();
        }
        String sql = statement.sql();
        String without = sql.substring(0, tokens.get(version).begin())
                + sql.substring(tokens.get(version + 1).end());
        String shown = name + " " + tokens.get(version + 1).text();
        return Optional.of(Ruling.run(sql)
                .forgiving(
                        Set.of("22023"),
                        notes -> notes.add(EXTENSION_VERSION, "extension", "extensions", shown, statement))
                .orElse(without.replaceAll("(?i)\\s+WITH\\s*$", "")));
    }

    /** Index of the extension's name in what creates, changes or comments on one; -1 in other statements. */
    private static int nameAt(SqlTokens tokens) {
        if (tokens.begins("create extension")) {
            return tokens.has(2, "if not exists") ? 5 : 2;
        }
        if (tokens.begins("comment on extension")) {
            return 3;
        }
        return tokens.begins("alter extension") ? 2 : -1;
    }
}
