package recovery.core.restore;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/** Whether the process that writes a journal still lives. Stateless. */
final class JournalWriter {
    /** Systems tell the start of a process less exactly than the time. */
    private static final Duration CLOCK_OF_PROCESSES = Duration.ofSeconds(2);

    private JournalWriter() {}

    /**
     * The process that writes this journal still works: a dry run takes no lock, and a restore writes its first lines
     * before it does. A process that is younger than the journal has only got the same number, or the clock was set since
     * then: then it counts if somebody has the journal open.
     */
    static boolean isAlive(HistoryEntry entry, JournalFolder journals) {
        return Optional.ofNullable(journals.lines(entry.id()).get("pid"))
                .filter(number -> number.matches("\\d{1,18}"))
                .flatMap(number -> ProcessHandle.of(Long.parseLong(number)))
                .filter(ProcessHandle::isAlive)
                .filter(process -> isOlder(process, entry) || journals.isBeingWritten(entry.id()))
                .isPresent();
    }

    private static boolean isOlder(ProcessHandle process, HistoryEntry entry) {
        return process.info()
                .startInstant()
                .filter(begin -> !begin.minus(CLOCK_OF_PROCESSES).isAfter(entry.startedAt()))
                .isPresent();
    }

    /** The entry, called cut off if it has no end and nobody works at it, also not in another container. */
    static HistoryEntry judged(HistoryEntry entry, JournalFolder journals, Path stateDirectory) {
        boolean goesOn = entry.state().isFinal()
                || isAlive(entry, journals)
                || RestoreLock.isHeldFor(stateDirectory, entry.id());
        return goesOn ? entry : entry.cutOff();
    }

    /** For a sentence on a restore that was cut off: it was {@code loading the copy}. */
    static String wasDoing(RestoreState state) {
        return switch (state) {
            case PLANNED -> "planning";
            case SAVING -> "writing a safety copy";
            case READING_BACK -> "reading a safety copy back";
            case RESTORING -> "loading the copy";
            case VERIFYING -> "checking the copy";
            case DROPPING -> "dropping the live database";
            case REPLACING -> "loading the backup in the place of the live database";
            case CHECKING -> "checking what was loaded in the place of the live database";
            case NAMING -> "giving it the live name";
            case PUTTING_BACK -> "loading the safety copy";
            case SWAPPING -> "swapping";
            case DONE, SALVAGED, FAILED, CANCELLED, CUT_OFF -> "ending";
        };
    }
}
