package recovery.core.target.postgres;

import static recovery.core.target.postgres.LoadNotes.Kind.OPTION_UNKNOWN;

import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import recovery.core.dump.DumpPart;
import recovery.core.dump.SqlTokens;
import recovery.core.target.LoadOptions;

/**
 * Decides what becomes of each statement of a dump: run it, run it changed, skip it with a note, or refuse the dump.
 * Sees only the statement and the names the server knows; runs nothing. For one thread, in the order of the dump.
 *
 * <p>Decides by tokens, never by searching the text, since anything may stand in a string.
 */
final class StatementRules {
    private static final int TOKENS = 65_536;
    private static final String INVALID_VALUE = "22023";
    private static final String SYNTAX = "42601";

    /** Without it a view shows rows to those who may not see them. */
    private static final Set<String> NEEDED_OPTIONS = Set.of("security_invoker");

    private final DangerRules danger = new DangerRules();
    private final List<StatementRule> rules;
    private final TransactionRules transactions = new TransactionRules();
    private final Optional<LiveDatabaseRules> liveDatabase;
    private final RoleNames roleNames;
    private final OlderSyntax syntax;
    private final RoutineSettings routineSettings;
    private boolean standardStrings = true;

    StatementRules(LoadServer server, LoadOptions options) {
        roleNames = new RoleNames(options.roles());
        syntax = new OlderSyntax(server.version());
        routineSettings = new RoutineSettings(server);
        liveDatabase = server.neighbours().exist()
                ? Optional.of(new LiveDatabaseRules(server.neighbours()))
                : Optional.empty();
        List<StatementRule> within = liveDatabase
                .<List<StatementRule>>map(rule -> List.of(transactions, rule))
                .orElse(List.of());
        List<StatementRule> all = List.of(
                new TriggerRules(server.neighbours()),
                new StorageRules(server),
                new ExtensionRules(options.skippedExtensions()),
                new SettingRules(server),
                new SubscriptionRules(),
                new ClusterRules(server),
                new OwnerRules(server),
                new GrantRules(server),
                new ExistingRules());
        rules = Stream.concat(within.stream(), all.stream()).toList();
    }

    /** Whether the dump has begun a transaction within the one of the load and not ended it. */
    boolean isInTransactionOfDump() {
        return transactions.isOpen();
    }

    /** The tokens of a statement under the settings of this moment; of an INSERT only the first ones. */
    SqlTokens tokens(DumpPart.Statement statement) {
        int limit = StatementInsert.is(statement) ? StatementInsert.TOKENS : TOKENS;
        return SqlTokens.of(statement.sql(), limit, standardStrings);
    }

    /** The statement with the roles the operator chose, and in words the server knows. */
    DumpPart.Statement adapted(DumpPart.Statement statement, LoadNotes notes) {
        if (StatementInsert.is(statement)) {
            return statement;
        }
        DumpPart.Statement renamed =
                roleNames.areAsInTheDump() ? statement : roleNames.apply(statement, tokens(statement));
        DumpPart.Statement known = syntax.apply(renamed, tokens(renamed), notes);
        return routineSettings.apply(known, tokens(known), notes);
    }

    StatementScan scan(DumpPart.Statement statement) {
        return StatementScan.of(statement.sql(), standardStrings);
    }

    /**
     * @throws recovery.core.error.RecoveryException DUMP_DANGEROUS if the statement would reach out of the database
     */
    Ruling rule(DumpPart.Statement statement, SqlTokens tokens, StatementScan scan) {
        danger.check(statement, tokens, scan);
        if (StatementInsert.is(statement)) {
            liveDatabase.ifPresent(rule -> rule.check(statement, StatementInsert.table(tokens)));
            return Ruling.run(statement.sql());
        }
        if (tokens.has(0, "set standard_conforming_strings")) {
            standardStrings = !tokens.get(tokens.size() - 1).text().equalsIgnoreCase("off");
        }
        return rules.stream()
                .map(rule -> rule.rule(statement, tokens))
                .flatMap(Optional::stream)
                .findFirst()
                .orElseGet(() -> Ruling.run(statement.sql()));
    }

    /** Refuses rows for a table of the whole server. */
    void check(DumpPart.Rows rows, Optional<SqlTokens.Name> table) {
        liveDatabase.ifPresent(rule -> rule.check(rows, table));
        if (table.isPresent() && SharedCatalogs.contain(table.get())) {
            throw DangerRules.refused(rows, "COPY " + rows.table(), "would write to a table of the whole server");
        }
    }

    /**
     * What becomes of a statement that failed with {@code e} when {@code first} was run; empty if the load has failed.
     */
    static Optional<Ruling> afterFailure(DumpPart.Statement statement, Ruling first, SQLException e) {
        String state = String.valueOf(e.getSQLState());
        String message = String.valueOf(e.getMessage());
        if (first.forgives(state, message)) {
            return Optional.of(first.instead()
                    .map(sql -> Ruling.changed(sql, first.forgivenNote()))
                    .orElseGet(() -> Ruling.skip(first.forgivenNote())));
        }
        if (first.sql().isEmpty() || !mayBeAnOption(state, first.sql().get())) {
            return Optional.empty();
        }
        return UnknownOption.from(first.sql().get(), message)
                .filter(removal -> !NEEDED_OPTIONS.contains(removal.option()))
                .map(removal -> first.with(
                        removal.sql(),
                        notes -> notes.add(OPTION_UNKNOWN, "option", "options", removal.option(), statement)));
    }

    /** Parameters of publications and subscriptions that are not known count as wrong syntax. */
    private static boolean mayBeAnOption(String state, String sql) {
        SqlTokens tokens = SqlTokens.of(sql, 2);
        boolean replication = tokens.get(1).is("publication") || tokens.get(1).is("subscription");
        return state.equals(INVALID_VALUE) || (replication && state.equals(SYNTAX));
    }

    /** Whether a failure of {@code ruling} may be got over, so that a transaction of the dump has to survive it. */
    static boolean mayBeForgiven(Ruling ruling, SqlTokens tokens) {
        return !ruling.forgiven().isEmpty() || tokens.begins("create") || tokens.begins("alter");
    }
}
