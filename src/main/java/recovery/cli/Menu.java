package recovery.cli;

import static recovery.core.error.ErrorCode.CANCELLED;
import static recovery.core.error.ErrorCode.CONFIRMATION_MISSING;
import static recovery.core.error.RecoveryException.problem;

import java.io.PrintStream;
import java.time.Clock;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import recovery.core.backup.Backup;
import recovery.core.error.RecoveryException;

/** The questions of the terminal: which backup, and whether it is really this target. */
final class Menu {
    private static final int AT_FIRST = 20;
    private static final int ATTEMPTS = 3;

    private final Screen screen;
    private final PrintStream where;
    private final Clock clock;

    Menu(Screen screen, PrintStream where, Clock clock) {
        this.screen = screen;
        this.where = where;
        this.clock = clock;
    }

    /** One of {@code backups}, which are newest first; CANCELLED if the operator does not want any. */
    Backup choose(List<Backup> backups, String target) {
        int shown = Math.min(AT_FIRST, backups.size());
        while (true) {
            BackupTable.numbered(backups.subList(0, shown), clock.instant()).forEach(where::println);
            String more = shown < backups.size() ? ", 'a' for %d older ones".formatted(backups.size() - shown) : "";
            Optional<Backup> chosen = Optional.empty();
            boolean all = false;
            while (chosen.isEmpty() && !all) {
                String answer = answer("Number of the backup to restore%s, 'q' to leave: ".formatted(more), target);
                all = answer.equals("a") && shown < backups.size();
                chosen = all ? Optional.empty() : numbered(answer, backups);
            }
            if (chosen.isPresent()) {
                return chosen.get();
            }
            shown = backups.size();
        }
    }

    /** Returns if the operator typed {@code target}; CANCELLED or CONFIRMATION_MISSING otherwise. */
    void confirm(String target) {
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            String question = "Type %s to restore into it, or 'q' to leave: ".formatted(screen.bold(target));
            if (answer(question, target).equals(target)) {
                return;
            }
            where.println("That is not '%s'.".formatted(target));
        }
        throw problem(CONFIRMATION_MISSING, "'%s' was not confirmed", target)
                .remedy("Check which database you mean, then start again and type its name.");
    }

    private String answer(String question, String target) {
        // 'q' is the name of the target in one case out of very many; then only the end of the input leaves
        return screen.ask(where, question)
                .filter(answer -> answer.equals(target)
                        || !answer.toLowerCase(Locale.ROOT).equals("q"))
                .orElseThrow(Menu::left);
    }

    private Optional<Backup> numbered(String answer, List<Backup> backups) {
        if (!answer.matches("\\d{1,6}") || Integer.parseInt(answer) < 1 || Integer.parseInt(answer) > backups.size()) {
            where.println("Please type a number from 1 to %d.".formatted(backups.size()));
            return Optional.empty();
        }
        Backup backup = backups.get(Integer.parseInt(answer) - 1);
        backup.reason()
                .ifPresent(reason -> where.println("'%s' cannot be restored: %s.".formatted(backup.name(), reason)));
        return Optional.of(backup).filter(Backup::restorable);
    }

    private static RecoveryException left() {
        return problem(CANCELLED, "nothing was restored").remedy("Start again whenever you like.");
    }
}
