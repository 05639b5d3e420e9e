package recovery.core.target.postgres;

import static recovery.core.target.postgres.LoadNotes.Kind.DROP_SKIPPED;
import static recovery.core.target.postgres.LoadNotes.Kind.PUBLICATION_SKIPPED;
import static recovery.core.target.postgres.LoadNotes.Kind.SUBSCRIPTION_DISABLED;
import static recovery.core.target.postgres.LoadNotes.Kind.SUBSCRIPTION_SKIPPED;

import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import recovery.core.dump.DumpPart;
import recovery.core.dump.SqlTokens;

/**
 * Subscriptions come back switched off and without a slot, so that nothing connects to another server; publications
 * as far as the role may make them.
 */
final class SubscriptionRules implements StatementRule {
    /** Decided here, whatever the dump says. */
    private static final Set<String> OURS = Set.of("connect", "enabled", "create_slot", "slot_name", "copy_data");

    private static final String OFF = "connect = false, enabled = false, create_slot = false, slot_name = NONE";

    /** A syntax that only newer servers have. */
    private static final Set<String> NOT_KNOWN = Set.of("42601", "0A000");

    private static final Set<String> NOT_THERE = Set.of("42704");

    @Override
    public Optional<Ruling> rule(DumpPart.Statement statement, SqlTokens tokens) {
        if (tokens.begins("alter publication")) {
            return tokens.find(2, "owner to") > 0
                    ? Optional.empty()
                    : Optional.of(
                            Ruling.run(statement.sql()).forgiving(NOT_KNOWN, note(PUBLICATION_SKIPPED, statement)));
        }
        boolean comment = tokens.begins("comment on subscription");
        if (comment || !tokens.has(1, "subscription")) {
            return comment ? Optional.of(Ruling.run(statement.sql())) : Optional.empty();
        }
        if (tokens.begins("create")) {
            return Optional.of(Ruling.run(switchedOff(statement.sql(), tokens))
                    .whenDone(notes -> notes.add(
                            SUBSCRIPTION_DISABLED,
                            "subscription",
                            "subscriptions",
                            tokens.get(2).text(),
                            statement)));
        }
        if (tokens.begins("drop")) {
            return Optional.of(Ruling.run(statement.sql()).forgiving(NOT_THERE, note(DROP_SKIPPED, statement)));
        }
        // the owner is for the rules of owners; everything else could make it connect
        return tokens.find(2, "owner to") > 0
                ? Optional.empty()
                : Optional.of(Ruling.skip(note(SUBSCRIPTION_SKIPPED, statement)));
    }

    private static String switchedOff(String sql, SqlTokens tokens) {
        int with = tokens.find(3, "with");
        if (with < 0) {
            return sql + " WITH (" + OFF + ")";
        }
        StringBuilder options = new StringBuilder();
        int begin = with + 2;
        for (int i = begin; i < tokens.size(); i++) {
            boolean end = tokens.get(i).isSymbol(')');
            if (end || tokens.get(i).isSymbol(',')) {
                if (i > begin && !OURS.contains(tokens.get(begin).text())) {
                    options.append(
                                    sql,
                                    tokens.get(begin).begin(),
                                    tokens.get(i - 1).end())
                            .append(", ");
                }
                begin = i + 1;
            }
            if (end) {
                break;
            }
        }
        return sql.substring(0, tokens.get(with).begin()) + "WITH (" + options + OFF + ")";
    }

    private static Consumer<LoadNotes> note(LoadNotes.Kind kind, DumpPart.Statement statement) {
        String sql = statement.sql().replaceFirst("(?is)\\bconnection\\b.*", "…");
        return notes -> notes.add(kind, "statement", "statements", SqlTokens.summary(sql), statement);
    }
}
