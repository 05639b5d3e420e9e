package recovery.core.restore;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import recovery.core.backup.Backup;
import recovery.core.backup.Engine;
import recovery.core.target.LoadOptions;
import recovery.core.target.Strategy;
import recovery.core.target.Target;

/** What a restore does and what it checks, in sentences for the operator. */
final class PlanSteps {
    private PlanSteps() {}

    static List<String> of(
            Target target, Backup backup, String copyName, Optional<String> previous, LoadOptions options) {
        if (target.strategy() == Strategy.ONLINE
                && !options.choice().selection().isEverything()) {
            return TableSteps.of(target.name(), backup, copyName, previous.orElse(""), options);
        }
        if (target.strategy() == Strategy.ONLINE && previous.isPresent()) {
            return online(target.name(), backup, copyName, previous.get(), options);
        }
        if (target.strategy() == Strategy.SCHEMA) {
            return within(target.name(), backup, previous);
        }
        if (target.strategy() == Strategy.VOLUME) {
            return folders(target.name(), backup, copyName, previous);
        }
        List<String> steps = new ArrayList<>();
        steps.add("Load '%s' into a new, separate copy named '%s'; '%s' stays in use and is not touched."
                .formatted(backup.name(), copyName, target.name()));
        steps.add("Check the copy; if anything is wrong, delete the copy and stop.");
        steps.add(previous.map(name -> "Rename '%s' to '%s', and the copy to '%s'; open connections end."
                        .formatted(target.name(), name, target.name()))
                .orElse("Rename the copy to '%s'; there is no database of that name now.".formatted(target.name())));
        previous.ifPresent(name -> steps.add("Keep '%s', so that one command puts it back.".formatted(name)));
        return steps;
    }

    private static List<String> folders(String live, Backup backup, String copyName, Optional<String> previous) {
        return List.of(
                "Unpack every file of '%s' into a new folder '%s' beside that of '%s', which stays in use and is not touched."
                        .formatted(backup.name(), copyName, live),
                "Check the database in it; if anything is wrong, delete the new folder and stop.",
                "Rename the folder of '%s' to '%s', with all that is in it, and the new folder to its name."
                        .formatted(live, previous.orElse("")),
                "Keep '%s', so that one command puts it back.".formatted(previous.orElse("")));
    }

    private static List<String> online(
            String live, Backup backup, String copyName, String previous, LoadOptions options) {
        List<String> steps = beforeTheLiveFile(live, backup, copyName, options);
        steps.add(
                "Wait at most 30 seconds until nobody else is writing into '%s' (without WAL mode: or reading), and keep what it holds then as '%s'."
                        .formatted(live, previous));
        steps.add(
                ("Write the copy into '%s' in one transaction; who writes meanwhile (without WAL mode: or reads) waits or is told that it is locked,"
                                + " and programs that have it open see the restored data at their next statement.")
                        .formatted(live));
        steps.add("Keep '%s', so that one command puts it back.".formatted(previous));
        return steps;
    }

    /** What comes before anything is written into the live file. */
    static List<String> beforeTheLiveFile(String live, Backup backup, String copyName, LoadOptions options) {
        List<String> steps = new ArrayList<>();
        if (!options.files().skipSafetyCopy()) {
            steps.add("Write '%s' into a safety copy in the backup directory, and read that back.".formatted(live));
        }
        steps.add("Load '%s' into a new, separate copy named '%s'; '%s' stays in use and is not touched."
                .formatted(backup.name(), copyName, live));
        steps.add("Check the copy; if anything is wrong, delete the copy and stop.");
        return steps;
    }

    private static List<String> within(String live, Backup backup, Optional<String> previous) {
        return List.of(
                "Load '%s' within '%s', in one transaction into which nobody else sees; the schemas that it brings are renamed aside there, and '%s' stays in use with the data of now."
                        .formatted(backup.name(), live, live),
                "Check what was loaded; if anything is wrong, undo the transaction and stop.",
                "Wait until nobody works with the tables of these schemas, ending who stays for long, and commit: from then on '%s' holds the restored data."
                        .formatted(live),
                "Keep the schemas of now as '%s', so that one command puts them back.".formatted(previous.orElse("")));
    }

    /** The same for a restore that goes on with what another one has left. */
    static List<String> goingOn(RestorePlan plan, Resumable before) {
        List<String> steps = new ArrayList<>(plan.steps());
        steps.set(
                0,
                "Go on to load '%s' into the copy '%s' that restore %s has left; '%s' stays in use and is not touched."
                        .formatted(plan.backup().name(), before.copy(), before.id(), plan.target()));
        return steps;
    }

    static List<String> checks(Engine engine) {
        return engine == Engine.SQLITE
                ? List.of(
                        "Every table holds as many rows as the backup.",
                        "SQLite's integrity check finds nothing.",
                        "No row points to a row that does not exist.")
                : List.of(
                        "Every table holds as many rows as the backup.",
                        "Every constraint is valid and every index is usable.",
                        "No sequence is behind its column.",
                        "No row points to a row that does not exist.");
    }
}
