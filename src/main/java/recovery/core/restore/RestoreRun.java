package recovery.core.restore;

import static recovery.core.error.ErrorCode.VERIFICATION_FAILED;
import static recovery.core.error.RecoveryException.problem;

import java.io.IOException;
import java.util.Map;
import java.util.stream.Collectors;
import recovery.core.backup.Backup;
import recovery.core.error.RecoveryException;
import recovery.core.layer.BackupStream;
import recovery.core.layer.Opening;
import recovery.core.target.CopyFacts;
import recovery.core.target.LoadResult;
import recovery.core.target.Target;
import recovery.core.target.TargetCopy;
import recovery.core.verify.Verification;
import recovery.core.verify.Verifier;

/**
 * The order of a restore: look, plan, load the copy, verify it, swap. The only class that knows it.
 *
 * <p>Before {@link Target#swap} nothing here names the live database in a statement or a file operation. For one
 * thread, once.
 */
final class RestoreRun {
    private final JobTrack job;
    private final RestoreRequest request;
    private final Planner planner;
    private final Verifier verifier;
    private final Surroundings here;

    /** As the strategy handles it, from the plan on. */
    private Target target;

    private final ReportBuilder report;
    private boolean swapBegun;

    RestoreRun(JobTrack job, RestoreRequest request, Planner planner, Verifier verifier, Surroundings here) {
        this.job = job;
        this.request = request;
        this.planner = planner;
        this.verifier = verifier;
        this.here = here;
        this.target = here.target();
        this.report = new ReportBuilder(job, target, here, request.door(), request.overrideReason());
    }

    /** Runs it to its end and returns how it ended; throws nothing. */
    RestoreReport run() {
        String copyName = target.copyName(job.id());
        String previousName = target.name();
        try {
            if (request.dryRun()) {
                return dryRun();
            }
            String holder = JobHolder.describe(job.id());
            try (RestoreLock lock = RestoreLock.take(
                            here.stateDirectory(), holder, job.meter().cancellation()::check);
                    Target.TargetLock targetLock = target.lock(holder)) {
                RestorePlan plan = plan();
                Planner.refuse(plan, request);
                Planner.ask(plan, request);
                previousName = plan.previousName().orElse("");
                try (BackupHash hash = hash(plan.backup())) {
                    restoreBeside(plan, hash);
                }
                return swap(plan);
            }
        } catch (RecoveryException e) {
            return failed(copyName, previousName, e);
        } catch (IOException e) {
            return failed(copyName, previousName, Surprises.unreadable(job.backup(), e));
        } catch (RuntimeException | Error e) {
            return failed(copyName, previousName, swapBegun ? Surprises.bugInSwap(e) : Surprises.bug(e));
        }
    }

    private RestoreReport failed(String copyName, String previousName, RecoveryException reason) {
        RestoreOutcome outcome = RestoreOutcome.failed(target.name(), copyName, previousName, reason);
        return report.failed(outcome, reason, here.now());
    }

    private RestorePlan plan() {
        RestorePlan plan =
                planner.plan(request, job.id(), here.localTime(), job.meter().cancellation());
        target = target.by(plan.strategy());
        report.planned(plan);
        JobLog.planned(plan);
        return plan;
    }

    private RestoreReport dryRun() throws IOException {
        RestorePlan plan = plan();
        Planner.refuse(plan, request);
        try (BackupHash hash = hash(plan.backup())) {
            report.hashed(hash.await(job.meter().cancellation()::check));
        }
        return report.succeeded(new RestoreOutcome.Looked(target.name()), here.now());
    }

    private BackupHash hash(Backup backup) throws IOException {
        return BackupHash.begin(backup, job.meter().cancellation()::check);
    }

    private void restoreBeside(RestorePlan plan, BackupHash hash) throws IOException {
        job.note(Map.of(
                "copy", plan.copyName(),
                "keepAs", plan.previousName().orElse(""),
                "strategy", plan.strategy().toString()));
        job.meter().expect(here.past().weights(plan));
        job.enter(RestoreState.RESTORING);
        boolean verified = false;
        TargetCopy copy = target.createCopy(plan.copyName());
        try {
            try (copy) {
                LoadResult loaded = load(plan, copy);
                job.enter(RestoreState.VERIFYING);
                verify(plan, copy, loaded);
                report.hashed(hash.await(job.meter().cancellation()::check));
            }
            verified = true;
        } finally {
            if (!verified) {
                dropQuietly(plan.copyName());
            }
        }
    }

    private LoadResult load(RestorePlan plan, TargetCopy copy) throws IOException {
        try (BackupStream stream = BackupStream.open(plan.backup().path(), opening())) {
            job.meter().reading(stream::filePosition, stream.fileSize());
            LoadResult loaded = copy.load(plan.backup(), stream, plan.options(), job.meter());
            loaded = copy.finish(loaded.withNotes(stream.notes()), job.meter());
            report.loaded(loaded);
            return loaded;
        }
    }

    private Opening opening() {
        return new Opening(job.meter().cancellation(), request.secrets(), here.limits());
    }

    private void verify(RestorePlan plan, TargetCopy copy, LoadResult loaded) {
        Verifier judge = plan.options().choice().selection().isEverything() ? verifier : verifier.ofPart();
        CopyFacts facts = copy.measure(judge.tablesToCount(loaded), loaded, job.meter());
        Verification verification = judge.verify(loaded, facts);
        report.verified(verification);
        if (verification.status() == Verification.Status.FAILED) {
            String wrong = verification.checks().stream()
                    .filter(check -> check.status() == Verification.Status.FAILED)
                    .map(check -> check.name() + ": " + check.detail())
                    .collect(Collectors.joining("; "));
            throw problem(VERIFICATION_FAILED, "%s", "the copy is not what the backup promises: " + wrong)
                    .remedy(
                            "Restore an older backup.",
                            "Keep this backup for an inquiry; the report names each table.");
        }
    }

    private RestoreReport swap(RestorePlan plan) {
        try {
            job.note(job.meter().times(plan).lines());
            job.enter(RestoreState.SWAPPING);
        } catch (RecoveryException cancelled) {
            dropQuietly(plan.copyName());
            throw cancelled;
        }
        swapBegun = true;
        Target.SwapResult swap;
        try {
            swap = target.swap(plan.copyName(), plan.previousName().orElse(target.previousName(here.localTime())));
        } catch (RecoveryException e) {
            if (e.code().kind() != recovery.core.error.ErrorCode.Kind.SWAP_BEGUN) {
                dropQuietly(plan.copyName());
            }
            throw e;
        }
        report.swapped(swap);
        RestoreOutcome outcome = swap.previous()
                .<RestoreOutcome>map(kept -> new RestoreOutcome.Swapped(target.name(), kept))
                .orElseGet(() -> new RestoreOutcome.Created(target.name()));
        return report.succeeded(outcome, here.now());
    }

    /** The failure that led here is what the operator must see first; the next start finds a copy that stays. */
    private void dropQuietly(String copyName) {
        try {
            target.drop(copyName);
        } catch (RecoveryException e) {
            report.leftBehind(copyName);
            Surprises.logged(
                    () -> job.note(Map.of("leftover", copyName, "leftoverReason", String.valueOf(e.getMessage()))));
        }
    }
}
