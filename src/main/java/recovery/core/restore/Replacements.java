package recovery.core.restore;

import static recovery.core.error.ErrorCode.LIVE_DATABASE_MISSING;
import static recovery.core.error.ErrorCode.REPLACE_UNDONE;
import static recovery.core.error.RecoveryException.problem;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import recovery.core.error.RecoveryException;
import recovery.core.target.Strategy;
import recovery.core.target.Target;

/** What is known of restores by strategy {@code replace} from their journals, and the words for how they ended. */
final class Replacements {
    static final String SAFETY_COPY = "safetyCopy";
    static final String KEEPER = "keeper";
    private static final Set<RestoreState> BEHIND_THE_DROP = Set.of(
            RestoreState.DROPPING,
            RestoreState.REPLACING,
            RestoreState.CHECKING,
            RestoreState.NAMING,
            RestoreState.PUTTING_BACK);

    private final JournalFolder journals;
    private final Target target;
    private final String program;

    Replacements(JournalFolder journals, Target target, String program) {
        this.journals = journals;
        this.target = target;
        this.program = program;
    }

    /** What it keeps of the time before is a file, not a database. */
    static boolean isOne(HistoryEntry entry) {
        return entry.strategy().equals(Optional.of(Strategy.REPLACE));
    }

    /** Its process died when the live database may have been gone already. */
    static boolean isCut(HistoryEntry entry) {
        return BEHIND_THE_DROP.contains(entry.state());
    }

    /** What to write into the journal of such a restore, the state last; what became of it is looked up. */
    Map<String, String> end(HistoryEntry entry, String ended) {
        Map<String, String> lines = new LinkedHashMap<>();
        Map<String, String> noted = journals.lines(entry.id());
        String file = noted.getOrDefault(SAFETY_COPY, "");
        boolean there = target.exists(entry.target());
        RestoreOutcome outcome = outcome(entry, file, noted.getOrDefault("copy", ""), there);
        lines.put("liveDatabase", outcome.liveDatabase());
        boolean done = outcome instanceof RestoreOutcome.Replaced;
        if (!done) {
            lines.put("error", "CUT_OFF: the program ended while it was " + JournalWriter.wasDoing(entry.state()));
        }
        if (!file.isEmpty() && (done || !there)) {
            lines.put("previous", file);
        }
        lines.put("ended", ended);
        lines.put("state", (done ? RestoreState.DONE : RestoreState.FAILED).name());
        return lines;
    }

    private RestoreOutcome outcome(HistoryEntry entry, String file, String copy, boolean there) {
        String database = entry.target();
        if (!there) {
            return file.isEmpty()
                    ? new RestoreOutcome.StillMissing(database)
                    : new RestoreOutcome.Missing(database, file, command(entry.id()));
        }
        if (entry.state() == RestoreState.DROPPING) {
            return new RestoreOutcome.NotDropped(database);
        }
        boolean named = !copy.isEmpty() && !target.exists(copy);
        if (named && entry.state() == RestoreState.NAMING) {
            return new RestoreOutcome.Replaced(database, file);
        }
        return named && entry.state() == RestoreState.PUTTING_BACK
                ? new RestoreOutcome.PutBack(database, file)
                : new RestoreOutcome.MadeByOthers(database, file);
    }

    /** As an operator has to type it. */
    private String command(String id) {
        return program + " rollback " + id;
    }

    /**
     * What a restore has left that ended without a live database.
     *
     * @param keeper keeps what belongs to the live database as a whole
     * @param copy a half one, which takes room
     */
    record Left(Optional<String> keeper, Optional<String> copy) {
        static final Left NOTHING = new Left(Optional.empty(), Optional.empty());
    }

    /** Of {@code entry}; nothing if there is a live database. */
    Left left(HistoryEntry entry) {
        return target.exists(target.name()) ? Left.NOTHING : new Left(there(entry, KEEPER), there(entry, "copy"));
    }

    private Optional<String> there(HistoryEntry entry, String key) {
        return Optional.ofNullable(journals.lines(entry.id()).get(key))
                .filter(name -> !name.isEmpty() && target.exists(name));
    }

    /** Databases that must not be cleaned up as long as the live one is missing. */
    List<String> needed() {
        List<String> needed = new ArrayList<>();
        for (HistoryEntry entry : journals.list()) {
            if (journals.isOf(entry, target) && entry.state() != RestoreState.DONE) {
                Optional.ofNullable(journals.lines(entry.id()).get(KEEPER)).ifPresent(needed::add);
            }
        }
        return needed.isEmpty() || target.exists(target.name()) ? List.of() : needed;
    }

    /** The restore failed for {@code reason}, and what was dropped is there again. */
    static RecoveryException undone(RecoveryException reason) {
        return ReplaceRun.isCancelled(reason)
                ? reason
                : problem(REPLACE_UNDONE, "%s: %s", reason.code(), reason.getMessage())
                        .causedBy(reason)
                        .remedy(
                                reason.remedies().get(0),
                                reason.remedies().stream().skip(1).toArray(String[]::new));
    }

    /** It failed for {@code first}, and the safety copy could not be loaded for {@code second}. */
    static RecoveryException missing(
            String database, RecoveryException first, RecoveryException second, String command) {
        return problem(
                        LIVE_DATABASE_MISSING,
                        "'%s' was dropped, the backup could not be loaded (%s: %s), and the safety copy could not be loaded"
                                + " either (%s: %s)",
                        database,
                        first.code(),
                        first.getMessage(),
                        second.code(),
                        second.getMessage())
                .causedBy(second)
                .remedy("Correct what the errors name, then bring it back with: " + command);
    }
}
