package recovery.core.restore;

import static recovery.core.error.ErrorCode.NOTHING_TO_ROLL_BACK;
import static recovery.core.error.RecoveryException.problem;

import java.util.Optional;
import java.util.function.Function;
import recovery.core.backup.BackupCatalogue;
import recovery.core.layer.Secrets;
import recovery.core.target.Strategy;
import recovery.core.target.Target;
import recovery.core.verify.Verifier;

/** Starts the jobs, each with the run that does it. Any thread may use it. */
final class JobStarter {
    private final BackupCatalogue catalogue;
    private final Jobs jobs;
    private final Parts parts;
    private final Surroundings here;
    private final Target target;

    /** What the runs are made of. */
    record Parts(
            Planner planner,
            Verifier verifier,
            SafetyCopies safetyCopies,
            Resumables resumables,
            History history,
            JournalFolder journals,
            Findings look) {}

    JobStarter(BackupCatalogue catalogue, Jobs jobs, Parts parts, Surroundings here) {
        this.catalogue = catalogue;
        this.jobs = jobs;
        this.parts = parts;
        this.here = here;
        this.target = here.target();
    }

    /** A restore or dry run; the secrets of the request are wiped in any case. */
    RestoreJob restore(RestoreRequest request) {
        String kind = request.dryRun() ? JobKind.DRY_RUN : JobKind.RESTORE;
        return start(
                kind,
                request,
                job -> replaces(request)
                        ? replacement(job, request, Replacements.Left.NOTHING)
                        : run(job, request).run());
    }

    private RestoreRun run(JobTrack job, RestoreRequest request) {
        return new RestoreRun(job, request, parts.planner(), parts.verifier(), parts.safetyCopies(), here);
    }

    private RestoreJob start(String kind, RestoreRequest request, Function<JobTrack, RestoreReport> work) {
        boolean started = false;
        try {
            catalogue.find(request.backup());
            RestoreJob begun = jobs.run(kind, request.backup(), job -> {
                try (Secrets secrets = request.secrets()) {
                    Surprises.logged(parts.look()::beforeAJob);
                    return work.apply(job);
                }
            });
            started = true;
            return begun;
        } finally {
            if (!started) {
                request.secrets().close();
            }
        }
    }

    private boolean replaces(RestoreRequest request) {
        boolean named = request.strategy().equals(Optional.of(Strategy.REPLACE.toString()));
        return named && !request.dryRun() && target.strategies().contains(Strategy.REPLACE);
    }

    private RestoreReport replacement(JobTrack job, RestoreRequest request, Replacements.Left left) {
        return new ReplaceRun(job, request, parts.planner(), parts.verifier(), parts.safetyCopies(), here, left).run();
    }

    /** Goes on with a restore that was cut off; the secrets are wiped in any case. */
    RestoreJob resume(Resumable before, Secrets secrets, String door) {
        RestoreRequest request = before.request(secrets, door);
        return start(
                JobKind.RESTORE,
                request,
                job -> run(job, request)
                        .goingOn(new Resumption(before, parts.resumables(), job.id()))
                        .run());
    }

    /** Puts back what was live before restore {@code id}, or before the last one. */
    RestoreJob rollback(Optional<String> id, String door) {
        parts.look().beforeAJob();
        HistoryEntry entry = id.map(parts.history()::find).orElseGet(parts.history()::lastChange);
        String previous = entry.previous()
                .filter(name -> parts.journals().isOf(entry, target))
                .filter(name -> parts.history().isKept(entry))
                .orElseThrow(() -> problem(
                                NOTHING_TO_ROLL_BACK,
                                "there is nothing kept from before %s '%s'",
                                entry.kind(),
                                entry.id())
                        .remedy("Look at the parts.history() for another one, or restore a backup."));
        if (Replacements.isOne(entry)) {
            Replacements.Left left = new Replacements(parts.journals(), target, here.program()).left(entry);
            RestoreRequest again = RestoreRequest.replacing(previous, door);
            return jobs.run(JobKind.ROLLBACK, previous, job -> replacement(job, again, left));
        }
        Target undoing = entry.on(target);
        return jobs.run(
                JobKind.ROLLBACK, entry.backup(), job -> new RollbackRun(job, undoing, previous, door, here).run());
    }

    /** A safety copy of the live database. */
    RestoreJob backUp(String door) {
        return jobs.run(JobKind.BACKUP, "", job -> new SafetyRun(job, parts.safetyCopies(), door, here).run());
    }
}
