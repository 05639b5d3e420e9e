package recovery.core.restore;

import static recovery.core.error.ErrorCode.VERIFICATION_FAILED;
import static recovery.core.error.RecoveryException.problem;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import recovery.core.backup.Backup;
import recovery.core.error.ErrorCode;
import recovery.core.error.RecoveryException;
import recovery.core.inspect.Identity;
import recovery.core.layer.BackupStream;
import recovery.core.layer.Cancellation;
import recovery.core.layer.Opening;
import recovery.core.layer.Secrets;
import recovery.core.target.CopyFacts;
import recovery.core.target.LoadOptions;
import recovery.core.target.LoadResult;
import recovery.core.target.LoadWatch;
import recovery.core.target.ReplaceableTarget;
import recovery.core.target.TargetCopy;
import recovery.core.target.Work;
import recovery.core.verify.Verification;
import recovery.core.verify.Verifier;

/** Loads, verifies and names the database that takes the place of one that was dropped. For one thread. */
final class Successor {
    private static final int TRIES = 3;

    private final JobTrack job;
    private final ReplaceableTarget target;
    private final Verifier verifier;
    private final Surroundings here;

    Successor(JobTrack job, ReplaceableTarget target, Verifier verifier, Surroundings here) {
        this.job = job;
        this.target = target;
        this.verifier = verifier;
        this.here = here;
    }

    /** Loads the backup of {@code plan}; when it returns, that is the live database. */
    void load(RestorePlan plan, Opening opening, Optional<String> keeper, ProgressMeter meter, ReportBuilder report)
            throws IOException {
        try (TargetCopy copy = created(plan.copyName(), keeper)) {
            LoadResult loaded;
            try (BackupStream stream = BackupStream.open(plan.backup().path(), opening)) {
                meter.reading(stream::filePosition, stream.fileSize());
                loaded = copy.load(plan.backup(), stream, plan.options(), meter);
                loaded = copy.finish(loaded.withNotes(stream.notes()), meter);
                report.loaded(loaded);
            }
            job.enter(RestoreState.CHECKING);
            Verifier judge = plan.options().choice().selection().isEverything() ? verifier : verifier.ofPart();
            Verification verification = verified(copy, loaded, judge, meter);
            report.verified(verification);
            refuseFailed(verification, "the backup");
        }
        job.enter(RestoreState.NAMING);
        takeName(plan.copyName());
    }

    private TargetCopy created(String name, Optional<String> keeper) {
        return keeper.isPresent() ? target.createCopy(name, keeper.get()) : target.createCopy(name);
    }

    private static Verification verified(TargetCopy copy, LoadResult loaded, Verifier judge, LoadWatch watch) {
        CopyFacts facts = copy.measure(judge.tablesToCount(loaded), loaded, watch);
        return judge.verify(loaded, facts);
    }

    private static void refuseFailed(Verification verification, String what) {
        if (verification.status() == Verification.Status.FAILED) {
            String wrong = verification.checks().stream()
                    .filter(check -> check.status() == Verification.Status.FAILED)
                    .map(check -> check.name() + ": " + check.detail())
                    .collect(Collectors.joining("; "));
            throw problem(VERIFICATION_FAILED, "what was loaded is not what %s promises: %s", what, wrong)
                    .remedy("Restore an older backup.");
        }
    }

    /** Brings back what was dropped. Nobody can cancel that. */
    void loadSafetyCopy(
            SafetyCopies copies, SafetyCopy saved, String copyName, Optional<String> keeper, Secrets secrets)
            throws IOException {
        Opening opening = here.opening(new Cancellation(), secrets);
        Backup backup = Identity.of(copies.found(saved), opening);
        LoadWatch watch = new Patient(job.meter(), opening.cancellation());
        try (TargetCopy copy = created(copyName, keeper)) {
            LoadResult loaded;
            try (BackupStream stream = BackupStream.open(backup.path(), opening)) {
                loaded = copy.load(backup, stream, LoadOptions.USUAL, watch);
            }
            loaded = copy.finish(loaded, watch);
            // tables that the operator wants may have been missing before as well
            refuseFailed(verified(copy, loaded, new Verifier(List.of()), watch), "the safety copy");
        }
        takeName(copyName);
    }

    /** One rename, for nothing has the name. An answer that was lost is asked for again. */
    private void takeName(String copyName) {
        for (int attempt = 1; ; attempt++) {
            try {
                target.swap(copyName, target.previousName(here.localTime()));
                return;
            } catch (RecoveryException e) {
                if (e.code().kind() == ErrorCode.Kind.SWAP_BEGUN && isNamed(copyName)) {
                    return;
                }
                if (attempt == TRIES) {
                    throw e;
                }
            }
        }
    }

    private boolean isNamed(String copyName) {
        return target.exists(target.name()) && !target.exists(copyName);
    }

    /** What cannot be dropped now is named by the next start. */
    void dropQuietly(Optional<String> name, ReportBuilder report) {
        try {
            name.ifPresent(target::drop);
        } catch (RecoveryException e) {
            report.leftBehind(name.orElseThrow());
        }
    }

    /** Tells how far it is, and does not hear of a wish to stop. */
    private record Patient(LoadWatch told, Cancellation cancellation) implements LoadWatch {
        @Override
        public void object(String name) {
            told.object(name);
        }

        @Override
        public void rows(long more) {
            told.rows(more);
        }

        @Override
        public void progress(Work work, long done, long total) {
            told.progress(work, done, total);
        }

        @Override
        public void spent(Work work, Duration busy) {
            told.spent(work, busy);
        }
    }
}
