package recovery.core.restore;

import static java.util.stream.Collectors.joining;
import static recovery.core.error.ErrorCode.REQUEST_UNUSABLE;
import static recovery.core.error.ErrorCode.RIGHTS_MISSING;
import static recovery.core.error.RecoveryException.problem;

import java.util.List;
import java.util.Optional;
import recovery.core.backup.Engine;
import recovery.core.inspect.Inspection;
import recovery.core.target.LoadOptions;
import recovery.core.target.Strategy;
import recovery.core.target.Survey;
import recovery.core.target.Target;

/**
 * Which strategy a restore uses: the one that was asked for; else {@code online} for single tables of SQLite; else the
 * usual one of the target; else, where only rights
 * are missing for that and not for strategy {@code schema}, that one.
 *
 * @param target the live database as the strategy handles it
 * @param survey what it is like for the strategy
 */
record StrategyChoice(Target target, Survey survey) {
    /** Throws REQUEST_UNUSABLE if {@code asked} is no strategy of {@code target}. */
    static Optional<Strategy> asked(Target target, Optional<String> asked) {
        if (asked.isEmpty()) {
            return Optional.empty();
        }
        List<Strategy> known = target.strategies();
        if (asked.get().equals(Strategy.REPLACE.toString()) && target.engine() == Engine.SQLITE) {
            throw problem(
                            REQUEST_UNUSABLE,
                            "strategy 'replace' is not for SQLite, where a file takes the place of another only when it is whole")
                    .remedy("If the disk cannot hold two files, restore to a larger one with --target-path.");
        }
        return Optional.of(Strategy.named(asked.get())
                .filter(known::contains)
                .orElseThrow(() -> problem(
                                REQUEST_UNUSABLE,
                                "strategy '%s' is not known for %s",
                                asked.get(),
                                target.engine().title())
                        .remedy("Leave the strategy out, or use %s."
                                .formatted(known.stream()
                                        .map(strategy -> "'" + strategy + "'")
                                        .collect(joining(" or "))))));
    }

    static StrategyChoice of(Target target, Optional<Strategy> asked, Inspection backup, LoadOptions options) {
        boolean tables = target.engine() == Engine.SQLITE
                && !options.choice().selection().isEverything();
        if (tables && asked.filter(strategy -> strategy != Strategy.ONLINE).isPresent()) {
            throw problem(
                            REQUEST_UNUSABLE,
                            "single tables are written into the live file, which strategy '%s' does not do",
                            asked.get())
                    .remedy("Leave the strategy out, or use 'online'.");
        }
        Strategy first = tables ? Strategy.ONLINE : target.strategies().get(0);
        return of(target, asked.isPresent(), target.by(asked.orElse(first)), backup, options);
    }

    private static StrategyChoice of(
            Target target, boolean asked, Target usual, Inspection backup, LoadOptions options) {
        StrategyChoice first = new StrategyChoice(usual, usual.survey(backup, options));
        boolean rightsMissing = first.survey.refusals().stream().anyMatch(refusal -> refusal.code() == RIGHTS_MISSING);
        if (asked || !rightsMissing || !target.strategies().contains(Strategy.SCHEMA)) {
            return first;
        }
        Target other = target.by(Strategy.SCHEMA);
        Survey survey = other.survey(backup, options);
        return survey.refusals().isEmpty() ? new StrategyChoice(other, survey) : first;
    }
}
