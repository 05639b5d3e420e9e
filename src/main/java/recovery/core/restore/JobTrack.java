package recovery.core.restore;

import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
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
    private final ProgressMeter meter = new ProgressMeter();
    private final CompletableFuture<RestoreReport> end = new CompletableFuture<>();
    private volatile RestoreState state = RestoreState.PLANNED;

    JobTrack(JournalFolder.Named named, String kind, String backup, Target target, Instant startedAt) {
        this.id = named.id();
        this.journal = named.journal();
        this.kind = kind;
        this.backup = backup;
        this.target = target.name();
        this.startedAt = startedAt;
        journal.write(Map.of(
                "kind",
                kind,
                "backup",
                backup,
                "target",
                target.name(),
                // another target of the same name must not be taken for this one
                "address",
                target.address(),
                "started",
                startedAt.toString(),
                "state",
                state.name(),
                "pid",
                Long.toString(ProcessHandle.current().pid())));
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
    void note(Map<String, String> facts) {
        journal.write(facts);
    }

    /** The next step begins. Throws CANCELLED if somebody asked to stop. */
    void enter(RestoreState next) {
        meter.cancellation().check();
        journal.write("state", next.name());
        meter.enter(next);
        state = next;
    }

    /** The last step; nothing comes after it. */
    void finish(RestoreReport report, Instant endedAt) {
        try (journal) {
            journal.write(new java.util.TreeMap<>(Map.of(
                    "state", report.state().name(),
                    "ended", endedAt.toString(),
                    "liveDatabase", report.liveDatabase(),
                    "rows", Long.toString(report.rows()),
                    "durationMs", Long.toString(report.durationMs()),
                    "downtimeMs", Long.toString(report.downtimeMs()))));
            report.error().ifPresent(error -> journal.write("error", error.code() + ": " + error.problem()));
            report.rollback().previous().ifPresent(previous -> journal.write("previous", previous));
        } finally {
            state = report.state();
            end.complete(report);
        }
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

    @Override
    public void cancel() {
        if (state.isBeforeSwap()) {
            meter.cancellation().ask();
        }
    }
}
