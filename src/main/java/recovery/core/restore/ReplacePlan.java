package recovery.core.restore;

import static recovery.core.error.ErrorCode.DISK_FULL;
import static recovery.core.error.RecoveryException.problem;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import recovery.core.error.RecoveryException;

/** What the plan of a restore says if the live database makes room for it: plainly that it will be gone. Stateless. */
final class ReplacePlan {
    private static final long MIB = 1024 * 1024;

    /** Rows of applications pack to less than a quarter of what they take with their indexes. */
    private static final int PACKED = 4;

    private ReplacePlan() {}

    /** {@code plan} with other steps and questions. {@code weights}: what is known of the time it takes. */
    static RestorePlan of(RestorePlan plan, PhaseWeights weights, Path backups) {
        if (!plan.liveExists()) {
            return plan;
        }
        String gone = weights.learned()
                ? "about " + words(Duration.ofSeconds(Math.round(weights.all())))
                : "as long as loading takes, which nobody knows before the first time";
        List<RecoveryException> refusals = new ArrayList<>(plan.refusals());
        space(plan, backups).ifPresent(refusals::add);
        List<String> questions = new ArrayList<>(plan.questions());
        questions.add("'%s' is dropped before the backup is loaded, and there is no database for %s"
                .formatted(plan.target(), gone));
        return new RestorePlan(
                plan.id(),
                plan.backup(),
                plan.inspection(),
                plan.target(),
                plan.address(),
                plan.strategy(),
                plan.serverVersion(),
                true,
                plan.liveSizeBytes(),
                plan.spaceNeededBytes(),
                plan.freeBytes(),
                plan.sessions(),
                plan.copyName(),
                Optional.empty(),
                steps(plan, backups, gone),
                plan.checks(),
                questions,
                plan.notes(),
                plan.options(),
                refusals);
    }

    private static List<String> steps(RestorePlan plan, Path backups, String gone) {
        String live = plan.target();
        return List.of(
                "Read all of '%s' and prove its end.".formatted(plan.backup().name()),
                ("Write '%s' into a file in '%s' and read that back; stop the application first, for what it writes from"
                                + " then on is lost.")
                        .formatted(live, backups),
                "Stop if that file does not bring back everything.",
                "Drop '%s', and end its sessions: from here on there is no database, for %s.".formatted(live, gone),
                "Load '%s' and check it; if anything fails, load the file that was written."
                        .formatted(plan.backup().name()),
                "Give it the name '%s'. The file stays, so that one command loads it again.".formatted(live));
    }

    private static Optional<RecoveryException> space(RestorePlan plan, Path backups) {
        long needed = plan.liveSizeBytes() / PACKED;
        try {
            long free = Files.getFileStore(backups).getUsableSpace();
            return free >= needed
                    ? Optional.empty()
                    : Optional.of(problem(
                                    DISK_FULL,
                                    "the safety copy needs about %d MiB in '%s', and %d MiB are free",
                                    needed / MIB,
                                    backups,
                                    free / MIB)
                            .remedy("Free space there, or point BACKUP_DIR to a larger disk."));
        } catch (IOException unknown) {
            return Optional.empty();
        }
    }

    private static String words(Duration time) {
        return time.toSeconds() < 90
                ? "%d seconds".formatted(Math.max(1, time.toSeconds()))
                : "%d minutes".formatted((time.toSeconds() + 30) / 60);
    }
}
