package recovery.core.restore;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Instant;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import recovery.core.backup.BackupCatalogue;
import recovery.core.error.RecoveryException;
import recovery.core.restore.PruneReport.Fate;
import recovery.core.restore.PruneReport.OldBackup;
import recovery.core.restore.PruneReport.PreviousData;
import recovery.core.target.Strategy;
import recovery.core.target.Target;

/** Lists, and on demand deletes, what is older than the rules of keeping say. Any thread may use it. */
final class Prune {
    private static final Logger LOG = System.getLogger(Prune.class.getName());

    private final BackupCatalogue catalogue;
    private final KeepRules rules;
    private final NeededBackups needed;
    private final Surroundings here;

    Prune(BackupCatalogue catalogue, KeepRules rules, NeededBackups needed, Surroundings here) {
        this.catalogue = catalogue;
        this.rules = rules;
        this.needed = needed;
        this.here = here;
    }

    /** What would be deleted; changes nothing. */
    PruneReport look() {
        return report(previous(), backups(), false);
    }

    /** Deletes it; what cannot be deleted is reported and the rest goes on. RESTORE_ALREADY_RUNNING while one runs. */
    PruneReport apply() {
        String holder = JobHolder.describe("pruning");
        try (RestoreLock lock = RestoreLock.take(here.stateDirectory(), holder, () -> {});
                Target.TargetLock targetLock = here.target().lock(holder)) {
            List<PreviousData> previous = new ArrayList<>();
            for (Strategy strategy : here.target().strategies()) {
                Target target = here.target().by(strategy);
                for (PreviousData data : previousOf(target)) {
                    previous.add(data.fate() == Fate.OFFERED ? deleted(data, target) : data);
                }
            }
            // a backup that nothing can be undone without is one only as long as that data was kept
            List<OldBackup> backups = backups().stream()
                    .map(backup -> backup.fate() == Fate.OFFERED ? deleted(backup) : backup)
                    .toList();
            return report(previous, backups, true);
        }
    }

    private static PruneReport report(List<PreviousData> previous, List<OldBackup> backups, boolean applied) {
        boolean failed = previous.stream().anyMatch(data -> data.fate() == Fate.FAILED)
                || backups.stream().anyMatch(backup -> backup.fate() == Fate.FAILED);
        Fate counted = applied ? Fate.DELETED : Fate.OFFERED;
        long freed = previous.stream()
                        .filter(data -> data.fate() == counted)
                        .mapToLong(data -> data.sizeBytes().orElse(0))
                        .sum()
                + backups.stream()
                        .filter(backup -> backup.fate() == counted)
                        .mapToLong(OldBackup::sizeBytes)
                        .sum();
        return new PruneReport(!failed, applied, previous, backups, freed);
    }

    private List<PreviousData> previous() {
        List<PreviousData> all = new ArrayList<>();
        here.target()
                .strategies()
                .forEach(strategy -> all.addAll(previousOf(here.target().by(strategy))));
        return all;
    }

    private List<PreviousData> previousOf(Target target) {
        LocalDateTime now = here.localTime();
        return target.previousOnes().stream()
                .map(data -> new PreviousData(
                        data.name(),
                        instant(data.since()),
                        instant(data.since()).plus(rules.previous()),
                        data.sizeBytes(),
                        data.since().plus(rules.previous()).isAfter(now) ? Fate.KEPT : Fate.OFFERED,
                        Optional.empty()))
                .toList();
    }

    private Instant instant(LocalDateTime time) {
        return time.atZone(here.clock().getZone()).toInstant();
    }

    private List<OldBackup> backups() {
        Map<String, String> stay = needed.names();
        return new Retention(rules, here.clock().getZone())
                .judge(catalogue.list(), stay).stream()
                        .map(verdict -> new OldBackup(
                                verdict.backup().name(),
                                verdict.backup().taken(),
                                verdict.backup().sizeBytes(),
                                verdict.keptBecause(),
                                verdict.keptBecause().isEmpty() ? Fate.OFFERED : Fate.KEPT,
                                Optional.empty()))
                        .toList();
    }

    private static PreviousData deleted(PreviousData data, Target target) {
        Optional<String> error = error(data.name(), () -> target.dropPrevious(data.name()));
        return new PreviousData(data.name(), data.since(), data.keptUntil(), data.sizeBytes(), fate(error), error);
    }

    private OldBackup deleted(OldBackup backup) {
        Optional<String> error = error(backup.name(), () -> catalogue.delete(backup.name()));
        return new OldBackup(
                backup.name(), backup.taken(), backup.sizeBytes(), backup.keptBecause(), fate(error), error);
    }

    private static Fate fate(Optional<String> error) {
        return error.isPresent() ? Fate.FAILED : Fate.DELETED;
    }

    private static Optional<String> error(String name, Runnable deletion) {
        try {
            deletion.run();
            LOG.log(Level.INFO, "prune deleted ''{0}''", name);
            return Optional.empty();
        } catch (RecoveryException e) {
            LOG.log(Level.WARNING, "prune could not delete ''{0}'': {1}", name, e.getMessage());
            return Optional.of(e.code() + ": " + e.getMessage());
        }
    }
}
