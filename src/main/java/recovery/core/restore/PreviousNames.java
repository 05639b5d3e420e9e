package recovery.core.restore;

import java.time.LocalDateTime;
import java.util.Set;
import java.util.stream.Collectors;
import recovery.core.target.Target;

/** Chooses names for the data that is kept. Any thread may use it. */
final class PreviousNames {
    private final JournalFolder journals;

    PreviousNames(JournalFolder journals) {
        this.journals = journals;
    }

    /**
     * The name in {@code target} for what is live at {@code now}, some seconds later if it is taken. A name is never given twice, also
     * when it is free again: an earlier restore would be undone with the data of another one.
     */
    String free(Target target, LocalDateTime now) {
        Set<String> given = journals.list().stream()
                .flatMap(entry -> entry.previous().stream())
                .collect(Collectors.toSet());
        LocalDateTime time = now;
        while (given.contains(target.previousName(time)) || target.exists(target.previousName(time))) {
            time = time.plusSeconds(1);
        }
        return target.previousName(time);
    }
}
