package recovery.core.restore;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import recovery.core.error.RecoveryException;
import recovery.core.target.Target;

/**
 * The state of one job, as its thread writes it and everybody else reads it. A state is in the journal, on disk,
 * before anybody sees it and before its step begins.
 */
final class JobTrack implements RestoreJob {
    private final String id;
    private final String kind;
    private final String backup;
    private final String target;
    private final Instant startedAt;
    private final Journal journal;
    private final JournalFolder journals;
    private final ProgressMeter meter = new ProgressMeter();
    private final CompletableFuture<RestoreReport> end = new CompletableFuture<>();
    private volatile boolean brokenOff;
    private volatile RestoreState state = RestoreState.PLANNED;

    JobTrack(JournalFolder.Named named, String kind, String backup, Target target, Instant startedAt) {
        this.id = named.id();
        this.journal = named.journal();
        this.journals = named.folder();
        this.kind = kind;
        this.backup = backup;
        this.target = target.name();
        this.startedAt = startedAt;
        try {
            journal.write(begin(target, named.number()));
        } catch (RecoveryException e) {
            journal.abandon();
            throw e;
        }
    }

    /** The state comes last: a journal without it is of a job that never began. */
    private Map<String, String> begin(Target where, long number) {
        Map<String, String> lines = new LinkedHashMap<>();
        lines.put("kind", kind);
        lines.put("backup", backup);
        lines.put("target", target);
        // another target of the same name must not be taken for this one
        lines.put("address", where.address());
        lines.put("number", Long.toString(number));
        lines.put("started", startedAt.toString());
        lines.put("pid", Long.toString(ProcessHandle.current().pid()));
        lines.put("state", state.name());
        return lines;
    }

    @Override
    public String id() {
        return id;
    }

    String kind() {
        return kind;
    }

    String backup() {
        return backup;
    }

    Instant startedAt() {
        return startedAt;
    }

    ProgressMeter meter() {
        return meter;
    }

    /** Facts that are needed to find out after a crash what happened. */
    synchronized void note(Map<String, String> facts) {
        if (!hasEnded()) {
            journal.write(facts);
        }
    }

    /** The next step begins. Throws CANCELLED if somebody asked to stop. */
    synchronized void enter(RestoreState next) {
        meter.cancellation().check();
        journal.write("state", next.name());
        meter.enter(next);
        state = next;
    }

    /** The next step begins, whoever asked to stop. */
    void go(RestoreState next) {
        journal.write("state", next.name());
        meter.enter(next);
        state = next;
    }

    /** The last step; nothing comes after it. If the journal cannot be written, its end is written later. */
    synchronized void finish(RestoreReport report, Instant endedAt) {
        Map<String, String> lines = end(report, endedAt);
        try (journal) {
            journal.write(lines);
        } catch (RecoveryException e) {
            journals.writeLater(id, lines);
            throw e;
        } finally {
            state = report.state();
            end.complete(report);
        }
    }

    /** The state comes last: with it everything else is there. */
    private static Map<String, String> end(RestoreReport report, Instant endedAt) {
        Map<String, String> lines = new LinkedHashMap<>();
        lines.put("liveDatabase", report.liveDatabase());
        lines.put("rows", Long.toString(report.rows()));
        lines.put("durationMs", Long.toString(report.durationMs()));
        lines.put("downtimeMs", Long.toString(report.downtimeMs()));
        report.backupSha256().ifPresent(sha256 -> lines.put(LastRestored.SHA256, sha256));
        report.rollback().previous().ifPresent(previous -> lines.put("previous", previous));
        report.error().ifPresent(error -> lines.put("error", error.code() + ": " + error.problem()));
        lines.put("ended", endedAt.toString());
        lines.put("state", report.state().name());
        return lines;
    }

    @Override
    public RestoreStatus status() {
        Optional<RestoreReport> report = Optional.ofNullable(end.getNow(null));
        RestoreState now = report.map(RestoreReport::state).orElse(state);
        String sentence = report.map(RestoreReport::liveDatabase).orElse(now.sentence());
        return new RestoreStatus(id, kind, now, sentence, backup, target, startedAt, meter.snapshot(now), report);
    }

    @Override
    public RestoreReport await() throws InterruptedException {
        try {
            return end.get();
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }

    boolean hasEnded() {
        return end.isDone();
    }

    /** As {@link #cancel}, but not because the job is not wanted any more. */
    void breakOff() {
        brokenOff = true;
        cancel();
    }

    boolean isBrokenOff() {
        return brokenOff;
    }

    @Override
    public void cancel() {
        if (state.isCancellable()) {
            meter.cancellation().ask();
        }
    }
}
