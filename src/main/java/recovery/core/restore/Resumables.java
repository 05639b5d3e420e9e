package recovery.core.restore;

import static recovery.core.error.ErrorCode.NOTHING_TO_RESUME;
import static recovery.core.error.RecoveryException.problem;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import recovery.core.error.RecoveryException;
import recovery.core.target.LoadOptions;
import recovery.core.target.Strategy;
import recovery.core.target.Target;

/** The restores that were cut off and can be gone on with, as far as their journals tell. Any thread may use it. */
final class Resumables {
    private static final String AGAIN = "Start the restore again, from the beginning.";

    private final Target target;
    private final JournalFolder journals;
    private final Surroundings here;

    Resumables(JournalFolder journals, Surroundings here) {
        this.target = here.target();
        this.journals = journals;
        this.here = here;
    }

    /** What a restore notes before it makes its copy, so that another one can go on with it. */
    static Map<String, String> lines(String first, RestorePlan plan, RestoreRequest request) {
        Map<String, String> lines = new HashMap<>(LoadText.lines(request.options()));
        lines.put("copyOf", first);
        lines.put("folder", absolute(plan.backup().path()).getParent().toString());
        request.overrideReason().ifPresent(reason -> lines.put("override", reason));
        return lines;
    }

    static Path absolute(Path path) {
        return path.toAbsolutePath().normalize();
    }

    /** The restore {@code id}; NOTHING_TO_RESUME with the reason if it cannot be gone on with, RESTORE_NOT_FOUND. */
    Resumable find(String id) {
        HistoryEntry entry = judged(journals.find(id));
        if (!entry.state().isFinal()) {
            throw nothing(
                    "%s '%s' is still running".formatted(entry.kind(), id), "Wait until it has ended, or cancel it.");
        }
        if (!wasCutOff(entry)) {
            throw nothing("%s '%s' was not cut off: it is %s".formatted(entry.kind(), id, entry.state()), AGAIN);
        }
        Map<String, String> lines = journals.lines(id);
        if (lines.containsKey("resumedAs")) {
            throw nothing(
                    "restore '%s' was gone on with as '%s'".formatted(id, lines.get("resumedAs")),
                    "Look at that one, or go on with it if it was cut off too.");
        }
        refuseOther(entry, lines);
        String copy = lines.getOrDefault("copy", "");
        if (copy.isEmpty() || !entry.on(target).exists(copy)) {
            throw nothing("restore '%s' has left no copy".formatted(id), AGAIN);
        }
        if (!lines.containsKey("sha256")) {
            throw nothing(
                    "restore '%s' had not read all of '%s' when it was cut off, so nobody can tell whether the backup is still the same"
                            .formatted(id, entry.backup()),
                    AGAIN);
        }
        return resumable(entry, lines);
    }

    private void refuseOther(HistoryEntry entry, Map<String, String> lines) {
        if (!journals.isOf(entry, target)) {
            throw nothing(
                    "restore '%s' was one of %s, and this is %s"
                            .formatted(entry.id(), lines.getOrDefault("address", entry.target()), target.address()),
                    "Use the settings of that database.");
        }
        if (entry.strategy().filter(Strategy.DATABASE::equals).isEmpty() || !lines.containsKey("copyOf")) {
            throw nothing(
                    "restore '%s' %s"
                            .formatted(
                                    entry.id(),
                                    entry.strategy()
                                            .map(strategy -> "is by strategy '%s', of which nothing is kept half done"
                                                    .formatted(strategy))
                                            .orElse("had not begun to load")),
                    AGAIN);
        }
    }

    private static RecoveryException nothing(String problem, String remedy) {
        return problem(NOTHING_TO_RESUME, "%s", problem).remedy(remedy);
    }

    private static Resumable resumable(HistoryEntry entry, Map<String, String> lines) {
        LoadOptions options = LoadText.options(lines);
        return new Resumable(
                entry.id(),
                lines.get("copyOf"),
                entry.backup(),
                Path.of(lines.getOrDefault("folder", "")),
                lines.get("copy"),
                lines.get("sha256"),
                lines.get("strategy"),
                options,
                Optional.ofNullable(lines.get("override")));
    }

    /** The last one; NOTHING_TO_RESUME if there is none. */
    Resumable last() {
        return journals.list().stream()
                .filter(entry -> seemsResumable(entry) && hasCopy(entry))
                .findFirst()
                .map(entry -> find(entry.id()))
                .orElseThrow(() -> nothing(
                        "no restore of '%s' was cut off so that one could go on with it".formatted(target.name()),
                        "Look at the history, or check that STATE_DIR is the folder of that restore."));
    }

    /** Whether the entry can be gone on with; false if the target does not answer. */
    boolean isResumable(HistoryEntry entry) {
        try {
            return seemsResumable(entry) && hasCopy(entry);
        } catch (RecoveryException unreachable) {
            return false;
        }
    }

    private boolean hasCopy(HistoryEntry entry) {
        return entry.on(target).exists(journals.lines(entry.id()).getOrDefault("copy", ""));
    }

    private boolean seemsResumable(HistoryEntry entry) {
        HistoryEntry judged = judged(entry);
        Map<String, String> lines = journals.lines(entry.id());
        return judged.state().isFinal()
                && wasCutOff(judged)
                && journals.isOf(entry, target)
                && entry.strategy().filter(Strategy.DATABASE::equals).isPresent()
                && lines.containsKey("copyOf")
                && lines.containsKey("sha256")
                && !lines.containsKey("resumedAs");
    }

    private HistoryEntry judged(HistoryEntry entry) {
        return JournalWriter.judged(entry, journals, here.stateDirectory());
    }

    /** By a crash, or it kept its copy when it ended. */
    private boolean wasCutOff(HistoryEntry entry) {
        boolean crashed = entry.state() == RestoreState.CUT_OFF
                || entry.error().filter(error -> error.startsWith("CUT_OFF")).isPresent();
        return entry.kind().equals(JobKind.RESTORE)
                && !entry.state().hasChangedTarget()
                && (crashed || journals.lines(entry.id()).containsKey("kept"));
    }

    /** Restore {@code id} works on what {@code before} has left, so that nobody else does. */
    void resumed(Resumable before, String id) {
        try (Journal journal = journals.append(before.id())) {
            journal.write("resumedAs", id);
        } catch (IOException e) {
            throw Journal.notWritten(Path.of(before.id()), e);
        }
    }

    /** Sentences that say how to go on with what was cut off. */
    List<String> findings() {
        return journals.list().stream()
                .filter(this::isResumable)
                .map(entry -> "What restore %s had loaded is kept in '%s': '%s' goes on from there."
                        .formatted(
                                entry.id(),
                                journals.lines(entry.id()).getOrDefault("copy", ""),
                                command(here, entry.id())))
                .toList();
    }

    /** What an operator types to go on. */
    static String command(Surroundings here, String id) {
        return here.program() + " resume " + id;
    }
}
