package recovery.core.restore;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import recovery.core.backup.Engine;
import recovery.core.error.Note;
import recovery.core.error.RecoveryException;
import recovery.core.target.LoadResult;
import recovery.core.target.Target;
import recovery.core.verify.Verification;

/** Collects what one job finds out, and makes the report of it at the end. For one thread. */
final class ReportBuilder {
    private static final Verification NOT_VERIFIED =
            new Verification(Verification.Status.INCOMPLETE, List.of(), List.of());

    private final JobTrack job;
    private Target target;
    private final String program;
    private final String door;
    private final Optional<String> overrideReason;
    private Optional<RestorePlan> plan = Optional.empty();
    private Optional<String> sha256 = Optional.empty();
    private long sizeBytes;
    private Optional<LoadResult> loaded = Optional.empty();
    private Verification verification = NOT_VERIFIED;
    private Duration downtime = Duration.ZERO;
    private Optional<String> previous = Optional.empty();
    private Optional<SafetyCopy> saved = Optional.empty();
    private Optional<String> leftover = Optional.empty();
    private Optional<String> kept = Optional.empty();
    private final List<Note> notes = new ArrayList<>();

    /** {@code target}: as it is handled, unless a plan says otherwise. */
    ReportBuilder(JobTrack job, Target target, Surroundings here, String door, Optional<String> overrideReason) {
        this.job = job;
        this.target = target;
        this.program = here.program();
        this.door = door;
        this.overrideReason = overrideReason;
    }

    void planned(RestorePlan newPlan) {
        plan = Optional.of(newPlan);
        target = target.by(newPlan.strategy());
        sizeBytes = newPlan.backup().sizeBytes();
    }

    void hashed(String backupSha256) {
        sha256 = Optional.of(backupSha256);
    }

    void loaded(LoadResult result) {
        loaded = Optional.of(result);
    }

    void verified(Verification verdict) {
        verification = verdict;
    }

    void swapped(Target.SwapResult swap) {
        downtime = swap.downtime();
        previous = swap.previous();
        notes.addAll(swap.notes());
    }

    /** The job was to write the live database into a file. */
    void saved(SafetyCopies.Made made) {
        saved = Optional.of(made.copy());
        verification = made.verification();
        sha256 = Optional.of(made.copy().sha256());
        sizeBytes = made.copy().sizeBytes();
    }

    /** What the live database held is in a file, from which it can be brought back. */
    void savedBefore(SafetyCopy copy) {
        saved = Optional.of(copy);
    }

    void note(List<Note> found) {
        notes.addAll(found);
    }

    /** There was no live database for {@code gone}; {@code file} undoes it. */
    void replaced(String file, Duration gone) {
        downtime = gone;
        previous = Optional.of(file);
    }

    /** The copy could not be dropped after a failure. */
    void leftBehind(String copyName) {
        leftover = Optional.of(copyName);
    }

    /** The copy stays after a failure, so that somebody can go on with it. */
    void kept(String copyName) {
        kept = Optional.of(copyName);
    }

    void note(Note note) {
        notes.add(note);
    }

    RestoreReport succeeded(RestoreOutcome outcome, Instant endedAt) {
        return report(RestoreState.DONE, outcome, Optional.empty(), nextSteps(), endedAt);
    }

    RestoreReport failed(RestoreOutcome outcome, RecoveryException reason, Instant endedAt) {
        RestoreState state = switch (reason.code().kind()) {
            case CANCELLED -> RestoreState.CANCELLED;
            case SALVAGED -> RestoreState.SALVAGED;
            default -> RestoreState.FAILED;
        };
        List<String> remedies = new ArrayList<>(reason.remedies());
        kept.ifPresent(copy -> remedies.add(
                "The copy '%s' is kept: '%s resume %s' goes on from there.".formatted(copy, program, job.id())));
        if (state == RestoreState.SALVAGED) {
            previous.ifPresent(name -> remedies.add("To undo it: %s".formatted(rollbackCommand())));
        }
        leftover.ifPresent(copy -> remedies.add(
                "The copy '%s' could not be deleted; '%s cleanup' does it later.".formatted(copy, program)));
        RestoreReport.Failure failure =
                new RestoreReport.Failure(reason.code(), String.valueOf(reason.getMessage()), remedies);
        return report(state, outcome, Optional.of(failure), remedies, endedAt);
    }

    private RestoreReport report(
            RestoreState state,
            RestoreOutcome outcome,
            Optional<RestoreReport.Failure> failure,
            List<String> nextSteps,
            Instant endedAt) {
        return new RestoreReport(
                job.id(),
                job.kind(),
                failure.isEmpty(),
                state,
                job.kind().equals(JobKind.BACKUP) && saved.isPresent()
                        ? saved.get().file()
                        : job.backup(),
                sha256,
                target.engine().toString(),
                target.name(),
                target.address(),
                target.strategy(),
                job.startedAt(),
                Math.max(0, Duration.between(job.startedAt(), endedAt).toMillis()),
                downtime.toMillis(),
                job.meter().timings(),
                rows(),
                sizeBytes,
                verification.tables(),
                notes(),
                verification,
                rollback(),
                outcome.liveDatabase(),
                nextSteps,
                door,
                overrideReason,
                saved,
                plan,
                failure);
    }

    /** As counted in the copy; if it never came to that, as read from the backup. */
    private long rows() {
        return verification.tables().isEmpty()
                ? loaded.map(LoadResult::rows).orElse(0L)
                : verification.tables().stream()
                        .mapToLong(table -> table.restored().orElse(0))
                        .sum();
    }

    private List<Note> notes() {
        List<Note> all = new ArrayList<>(notes);
        plan.ifPresent(known -> known.questions()
                .forEach(question ->
                        all.add(new Note("NEEDS_CONFIRMATION", "Only on confirmation: " + question + "."))));
        // The plan foresees missing roles; the load knows what each of them meant.
        plan.ifPresent(known -> known.notes().stream()
                .filter(note -> loaded.isEmpty() || !note.code().equals("ROLE_MISSING"))
                .forEach(all::add));
        loaded.ifPresent(known -> all.addAll(known.notes()));
        return all.stream().distinct().toList();
    }

    private RestoreReport.Rollback rollback() {
        return new RestoreReport.Rollback(
                previous.isPresent(),
                previous.map(name -> rollbackCommand()),
                previous.map(name -> "/restores/" + job.id() + "/rollback"),
                previous);
    }

    private String rollbackCommand() {
        return program + " rollback " + job.id();
    }

    private List<String> nextSteps() {
        if (job.kind().equals(JobKind.DRY_RUN)) {
            return List.of("Start the restore without dry run when the plan is what you want.");
        }
        if (job.kind().equals(JobKind.BACKUP)) {
            return saved.map(copy -> List.of(
                            "Bring it back with: %s restore %s".formatted(program, copy.file()),
                            "Keep a copy of it on another host."))
                    .orElse(List.of());
        }
        List<String> steps = new ArrayList<>();
        steps.add("Start or restart the application and look whether your data is there.");
        if (target.engine() == Engine.POSTGRESQL) {
            steps.add("If a connection pooler such as PgBouncer stands in between, tell it to reconnect.");
        }
        String mistake = job.kind().equals(JobKind.ROLLBACK) ? "If this was a mistake" : "If this was the wrong backup";
        previous.ifPresent(name -> steps.add("%s, undo it: %s".formatted(mistake, rollbackCommand())));
        if (previous.isEmpty() && target.engine() == Engine.SQLITE) {
            steps.add("The file is new: check that the user of the application may read and write it.");
        }
        previous.ifPresent(name -> steps.add(
                "Keep '%s' until you are sure; it needs disk space and is not deleted by itself.".formatted(name)));
        return steps;
    }
}
