package recovery.core.restore;

import static recovery.core.error.ErrorCode.VERIFICATION_FAILED;
import static recovery.core.error.RecoveryException.problem;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import recovery.core.backup.Backup;
import recovery.core.backup.BackupFormat;
import recovery.core.dump.DumpChoice;
import recovery.core.error.RecoveryException;
import recovery.core.layer.BackupStream;
import recovery.core.layer.Opening;
import recovery.core.target.CopyFacts;
import recovery.core.target.LoadResult;
import recovery.core.target.Salvage;
import recovery.core.target.Strategy;
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
    private final SafetyCopies copies;
    private final Surroundings here;

    /** As the strategy handles it, from the plan on. */
    private Target target;

    private final ReportBuilder report;
    private Optional<Resumption> resumption = Optional.empty();
    private Optional<BackupFormat> format = Optional.empty();
    private Optional<Salvage> salvaged = Optional.empty();
    private boolean swapBegun;
    private int tables;

    RestoreRun(
            JobTrack job,
            RestoreRequest request,
            Planner planner,
            Verifier verifier,
            SafetyCopies copies,
            Surroundings here) {
        this.copies = copies;
        this.job = job;
        this.request = request;
        this.planner = planner;
        this.verifier = verifier;
        this.here = here;
        this.target = here.target();
        this.report = new ReportBuilder(job, target, here, request.door(), request.overrideReason());
    }

    /** Goes on with the copy of a restore that was cut off. */
    RestoreRun goingOn(Resumption with) {
        resumption = Optional.of(with);
        return this;
    }

    /** Runs it to its end and returns how it ended; throws nothing. */
    RestoreReport run() {
        String copyName = resumption.map(Resumption::copyName).orElseGet(() -> target.copyName(job.id()));
        String previousName = target.name();
        try {
            if (request.dryRun()) {
                return dryRun();
            }
            String holder = JobHolder.describe(job.id());
            try (RestoreLock lock = RestoreLock.take(
                            here.stateDirectory(), holder, job.meter().cancellation()::check);
                    Target.TargetLock targetLock = target.lock(holderOfCopy())) {
                RestorePlan plan = plan();
                Planner.refuse(plan, request);
                Planner.ask(plan, request);
                previousName = plan.previousName().orElse("");
                new SafetyBefore(job, copies, report).make(plan, target, opening(plan));
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

    private RestoreReport failed(String copyName, String previousName, RecoveryException failure) {
        RecoveryException reason = SalvageOffer.with(failure, target.engine(), request.options(), format);
        RestoreOutcome outcome =
                RestoreOutcome.failed(target.strategy(), target.name(), copyName, previousName, reason);
        return report.failed(outcome, reason, here.now());
    }

    /** The lock is that of the copy as well, which is named after the restore that made it. */
    private String holderOfCopy() {
        return JobHolder.describe(resumption.map(Resumption::first).orElse(job.id()));
    }

    private RestorePlan plan() {
        RestorePlan fresh =
                planner.plan(request, job.id(), here.localTime(), job.meter().cancellation());
        RestorePlan plan = resumption.map(with -> with.plan(fresh)).orElse(fresh);
        target = target.by(plan.strategy());
        format = Optional.of(plan.backup().format());
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
        note(plan, hash);
        job.meter().expect(here.past().weights(plan));
        job.enter(RestoreState.RESTORING);
        TargetCopy copy =
                resumption.isPresent() ? resumption.get().open(target, report) : target.createCopy(plan.copyName());
        boolean stays = false;
        try {
            try (copy) {
                LoadResult loaded = load(plan, copy);
                job.enter(RestoreState.VERIFYING);
                verify(plan, copy, loaded);
                report.hashed(hash.await(job.meter().cancellation()::check));
                copy.complete();
            }
            stays = true;
        } catch (RecoveryException e) {
            stays = hash.isKnown() && isWorthKeeping(copy, e);
            if (stays) {
                keep(plan.copyName());
            }
            throw e;
        } finally {
            if (!stays) {
                dropQuietly(plan.copyName());
            }
        }
    }

    /** What is needed to find out after a crash what happened, and to go on then. */
    private void note(RestorePlan plan, BackupHash hash) throws IOException {
        Map<String, String> lines =
                Resumables.lines(resumption.map(Resumption::first).orElse(job.id()), plan, request);
        lines.put("copy", plan.copyName());
        lines.put("keepAs", plan.previousName().orElse(""));
        lines.put("strategy", plan.strategy().toString());
        if (resumption.isPresent()) {
            resumption.get().compare(plan.backup(), hash.await(job.meter().cancellation()::check));
            lines.put("resumes", resumption.get().id());
        }
        job.note(lines);
        hash.whenKnown(sha256 -> Surprises.logged(() -> job.note(Map.of("sha256", sha256))));
    }

    /** Nothing is wrong with what was loaded, and somebody may go on with it. */
    private boolean isWorthKeeping(TargetCopy copy, RecoveryException failure) {
        boolean atFault = switch (failure.code()) {
            case DATABASE_UNREACHABLE, NOTHING_TO_RESUME -> false;
            case CANCELLED -> !job.isBrokenOff();
            default -> true;
        };
        return !atFault && copy.canGoOn();
    }

    private void keep(String copyName) {
        report.kept(copyName);
        Surprises.logged(() -> job.note(Map.of("kept", copyName)));
    }

    private LoadResult load(RestorePlan plan, TargetCopy copy) throws IOException {
        try (BackupStream stream = BackupStream.open(plan.backup().path(), opening(plan))) {
            job.meter().reading(stream::filePosition, stream.fileSize());
            LoadResult loaded = copy.load(plan.backup(), stream, plan.options(), job.meter());
            loaded = copy.finish(loaded.withNotes(stream.notes()), job.meter());
            report.loaded(loaded);
            salvaged = loaded.salvage();
            return loaded;
        }
    }

    private Opening opening(RestorePlan plan) {
        DumpChoice choice = plan.options().choice();
        return here.opening(job.meter().cancellation(), request.secrets())
                .taking(choice.database(), choice.preferred());
    }

    private void verify(RestorePlan plan, TargetCopy copy, LoadResult loaded) {
        Verifier judge = plan.options().choice().selection().isEverything() ? verifier : verifier.ofPart();
        CopyFacts facts = copy.measure(judge.tablesToCount(loaded), loaded, job.meter());
        Verification verdict = judge.verify(loaded, facts);
        Verification verification = salvaged.map(salvage -> SalvageEnding.verification(verdict, salvage))
                .orElse(verdict);
        report.verified(verification);
        tables = loaded.tables().size();
        List<Verification.Check> stopping = SalvageEnding.stopping(verification, salvaged.isPresent());
        if (!stopping.isEmpty()) {
            String wrong = stopping.stream()
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
            salvaged.ifPresent(salvage -> job.note(Map.of(CutOff.SALVAGED, salvage.summary())));
            job.enter(RestoreState.SWAPPING);
        } catch (RecoveryException cancelled) {
            dropQuietly(plan.copyName());
            throw cancelled;
        }
        swapBegun = true;
        Target.SwapResult swap;
        try {
            String keepAs = plan.previousName().orElse(target.previousName(here.localTime()));
            swap = target.swap(plan.copyName(), keepAs, plan.options());
        } catch (RecoveryException e) {
            if (e.code().kind() != recovery.core.error.ErrorCode.Kind.SWAP_BEGUN) {
                dropQuietly(plan.copyName());
            }
            throw e;
        }
        report.swapped(swap);
        if (salvaged.isPresent()) {
            return salvaged(plan, swap.previous(), salvaged.get());
        }
        RestoreOutcome outcome = swap.previous()
                .map(kept -> outcome(plan, kept))
                .orElseGet(() -> new RestoreOutcome.Created(target.name()));
        return report.succeeded(outcome, here.now());
    }

    private RestoreReport salvaged(RestorePlan plan, Optional<String> kept, Salvage salvage) {
        String backup = plan.backup().name();
        return report.failed(
                new RestoreOutcome.Salvaged(target.name(), backup, kept, salvage.summary()),
                SalvageEnding.incomplete(backup, salvage),
                here.now());
    }

    private RestoreOutcome outcome(RestorePlan plan, String kept) {
        boolean all = plan.options().choice().selection().isEverything();
        return target.strategy() == Strategy.ONLINE && !all
                ? new RestoreOutcome.TablesWritten(target.name(), tables, kept)
                : RestoreOutcome.swapped(target.strategy(), target.name(), kept);
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
