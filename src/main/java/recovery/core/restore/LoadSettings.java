package recovery.core.restore;

import static recovery.core.error.ErrorCode.REQUEST_UNUSABLE;
import static recovery.core.error.RecoveryException.problem;

import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalInt;
import recovery.core.target.LoadOptions;

/**
 * What the settings say about every load; a request may say otherwise.
 *
 * @param schemaFile definitions for backups that hold rows only
 * @param jobs over how many connections a copy is loaded; empty for as many as suit
 */
public record LoadSettings(Optional<Path> schemaFile, OptionalInt jobs) {
    public static final LoadSettings NONE = new LoadSettings(Optional.empty(), OptionalInt.empty());

    /**
     * The connections that {@code asked} means, else those of the settings. REQUEST_UNUSABLE, calling it {@code name}, if
     * it is no number that can be used.
     */
    public OptionalInt jobs(Optional<String> asked, String name) {
        return asked.isPresent() ? OptionalInt.of(number(asked.get(), name)) : jobs;
    }

    private static int number(String text, String name) {
        int number = text.matches("0*[1-9][0-9]?") ? Integer.parseInt(text) : 0;
        if (number < 1 || number > LoadOptions.MOST_JOBS) {
            throw problem(
                            REQUEST_UNUSABLE,
                            "%s is '%s', which is no number from 1 to %d",
                            name,
                            text,
                            LoadOptions.MOST_JOBS)
                    .remedy("Set %s to a number from 1 to %d, or leave it out for as many connections as suit."
                            .formatted(name, LoadOptions.MOST_JOBS));
        }
        return number;
    }
}
