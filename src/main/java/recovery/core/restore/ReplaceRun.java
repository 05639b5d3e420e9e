package recovery.core.restore;

import static recovery.core.error.ErrorCode.CANCELLED;
import static recovery.core.error.ErrorCode.SAFETY_COPY_INEXACT;
import static recovery.core.error.RecoveryException.problem;

import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import recovery.core.error.RecoveryException;
import recovery.core.layer.Opening;
import recovery.core.target.BringsBack;
import recovery.core.target.ReplaceableTarget;
import recovery.core.target.SafetySource;
import recovery.core.target.Strategy;
import recovery.core.target.Target;
import recovery.core.verify.Verification;
import recovery.core.verify.Verifier;

/**
 * The order of a restore by strategy {@code replace}: look, plan, read the whole backup, write a safety copy and read it back,
 * drop the live database, load, verify, rename; if anything fails behind the drop, load the safety copy. The only class that
 * knows it. For one thread, once.
 */
final class ReplaceRun {
    private final JobTrack job;
    private final RestoreRequest request;
    private final Planner planner;
    private final SafetyCopies copies;
    private final Surroundings here;
    private final ReplaceableTarget target;
    private final Successor successor;
    private final ReportBuilder report;
    private Optional<SafetyCopy> saved = Optional.empty();
    private final Replacements.Left left;
    private Optional<String> keeper;
    private boolean dropBegun;
    private long goneSince;

    /** {@code left}: by a restore before, of a live database that is missing now. */
    ReplaceRun(
            JobTrack job,
            RestoreRequest request,
            Planner planner,
            Verifier verifier,
            SafetyCopies copies,
            Surroundings here,
            Replacements.Left left) {
        this.job = job;
        this.request = request;
        this.planner = planner;
        this.copies = copies;
        this.here = here;
        this.left = left;
        this.keeper = left.keeper();
        this.target = (ReplaceableTarget) here.target().by(Strategy.REPLACE);
        this.report = new ReportBuilder(job, target, here, request.door(), request.overrideReason());
        this.successor = new Successor(job, target, verifier, here);
    }

    /** Runs it to its end and returns how it ended; throws nothing. */
    RestoreReport run() {
        String holder = JobHolder.describe(job.id());
        try (RestoreLock lock = RestoreLock.take(
                        here.stateDirectory(), holder, job.meter().cancellation()::check);
                Target.TargetLock targetLock = target.lock(holder)) {
            return replaced();
        } catch (RecoveryException e) {
            return untouched(e);
        } catch (IOException e) {
            return untouched(Surprises.unreadable(job.backup(), e));
        } catch (RuntimeException | Error e) {
            return untouched(Surprises.bug(e));
        }
    }

    private RestoreReport untouched(RecoveryException reason) {
        RestoreOutcome outcome = new RestoreOutcome.NotSwapped(target.name(), reason);
        return report.failed(outcome, reason, here.now());
    }

    private RestoreReport replaced() throws IOException {
        successor.dropQuietly(left.copy(), report);
        RestorePlan plan = planner.plan(
                request.readingAll(), job.id(), here.localTime(), job.meter().cancellation());
        report.planned(plan);
        JobLog.planned(plan);
        Planner.refuse(plan, request);
        Planner.ask(plan, request);
        try (BackupHash hash = BackupHash.begin(plan.backup(), job.meter().cancellation()::check)) {
            report.hashed(hash.await(job.meter().cancellation()::check));
        }
        job.note(Map.of("strategy", Strategy.REPLACE.toString(), "copy", plan.copyName()));
        if (plan.liveExists()) {
            save();
            keep();
        }
        try {
            if (plan.liveExists()) {
                drop();
            }
            job.go(RestoreState.REPLACING);
            successor.load(plan, opening(), keeper, job.meter(), report);
            return done(plan.liveExists());
        } catch (RecoveryException e) {
            return behindTheDrop(plan, e);
        } catch (IOException e) {
            return behindTheDrop(plan, Surprises.unreadable(job.backup(), e));
        } catch (RuntimeException | Error e) {
            return behindTheDrop(plan, Surprises.bug(e));
        }
    }

    private Opening opening() {
        return here.opening(job.meter().cancellation(), request.secrets());
    }

    private void save() {
        SafetyCopies.Made made = copies.make(job, target, opening(), ReplaceRun::refuseInexact);
        saved = Optional.of(made.copy());
        report.savedBefore(made.copy());
        if (made.verification().status() != Verification.Status.PASSED) {
            throw problem(
                            SAFETY_COPY_INEXACT,
                            "the safety copy '%s' could not be read back to its end, so the live database is not dropped",
                            made.copy().file())
                    .remedy(
                            "If it is encrypted, give the private key with --key-stdin, so that it can be read back and loaded.",
                            "Or remove PGP_PUBLIC_KEY_BASE64 for this restore.");
        }
    }

    private static void refuseInexact(SafetySource source) {
        BringsBack bringsBack = source.bringsBack();
        if (!bringsBack.isExact()) {
            throw problem(
                            SAFETY_COPY_INEXACT,
                            "a safety copy would not bring back everything, so the live database is not dropped: %s",
                            bringsBack.sentences().get(0).replaceFirst("[.:]$", ""))
                    .remedy(
                            "Install pg_dump of the server's version or newer on this host, and start again.",
                            "Or give the server's disk more space and leave the strategy out.");
        }
    }

    private void keep() {
        String name = target.keeperName(job.id());
        job.note(Map.of("keeper", name));
        report.note(target.createKeeper(name));
        keeper = Optional.of(name);
    }

    /** Until here the live database was only read. */
    private void drop() {
        job.enter(RestoreState.DROPPING);
        dropBegun = true;
        goneSince = System.nanoTime();
        target.dropLive(keeper.orElseThrow());
    }

    private RestoreReport done(boolean liveExisted) {
        successor.dropQuietly(keeper, report);
        job.note(Map.of("keeper", ""));
        boolean rollback = job.kind().equals(JobKind.ROLLBACK);
        if (!liveExisted) {
            RestoreOutcome made = rollback
                    ? new RestoreOutcome.BroughtBack(target.name())
                    : new RestoreOutcome.Created(target.name());
            return report.succeeded(made, here.now());
        }
        String file = saved.orElseThrow().file();
        report.replaced(file, Duration.ofNanos(System.nanoTime() - goneSince));
        RestoreOutcome outcome = rollback
                ? new RestoreOutcome.RolledBack(target.name(), file)
                : new RestoreOutcome.Replaced(target.name(), file);
        return report.succeeded(outcome, here.now());
    }

    /** The live database is gone, or the attempt to drop it failed. */
    private RestoreReport behindTheDrop(RestorePlan plan, RecoveryException reason) {
        boolean there;
        try {
            there = target.exists(target.name());
        } catch (RecoveryException unreachable) {
            return missing(reason, unreachable);
        }
        if (!there && plan.liveExists()) {
            return putBack(plan, reason);
        }
        successor.dropQuietly(Optional.of(plan.copyName()), report);
        if (there) {
            successor.dropQuietly(keeper, report);
            return untouched(reason);
        }
        return report.failed(new RestoreOutcome.StillMissing(target.name()), reason, here.now());
    }

    private RestoreReport putBack(RestorePlan plan, RecoveryException reason) {
        job.go(RestoreState.PUTTING_BACK);
        try {
            successor.dropQuietly(Optional.of(plan.copyName()), report);
            successor.loadSafetyCopy(copies, saved.orElseThrow(), plan.copyName(), keeper, request.secrets());
        } catch (RecoveryException e) {
            return missing(reason, e);
        } catch (IOException e) {
            return missing(reason, Surprises.unreadable(saved.orElseThrow().file(), e));
        } catch (RuntimeException | Error e) {
            return missing(reason, Surprises.bug(e));
        }
        successor.dropQuietly(keeper, report);
        job.note(Map.of("keeper", ""));
        RestoreOutcome outcome =
                new RestoreOutcome.PutBack(target.name(), saved.orElseThrow().file());
        return report.failed(outcome, Replacements.undone(reason), here.now());
    }

    private RestoreReport missing(RecoveryException first, RecoveryException second) {
        if (!dropBegun || saved.isEmpty()) {
            return untouched(first);
        }
        String command = here.program() + " rollback " + job.id();
        report.replaced(saved.get().file(), Duration.ofNanos(System.nanoTime() - goneSince));
        String file = saved.get().file();
        RestoreOutcome outcome = isMissing()
                ? new RestoreOutcome.Missing(target.name(), file, command)
                : new RestoreOutcome.MaybeMissing(target.name(), file, command);
        return report.failed(outcome, Replacements.missing(target.name(), first, second, command), here.now());
    }

    /** False if nobody answers. */
    private boolean isMissing() {
        try {
            return !target.exists(target.name());
        } catch (RecoveryException unreachable) {
            return false;
        }
    }

    /** Whether {@code reason} is the operator's own wish. */
    static boolean isCancelled(RecoveryException reason) {
        return reason.code() == CANCELLED;
    }
}
