package recovery.cli;

import java.nio.file.Path;
import java.util.Optional;

/**
 * Where a command works: with which settings, and on which database if not on theirs.
 *
 * @param envFile named by {@code --env-file}; empty for the usual one
 * @param database another one of the same server
 * @param file another file of SQLite; not together with {@code database}
 */
public record Place(Optional<Path> envFile, Optional<String> database, Optional<Path> file) {
    public static final Place OF_THE_SETTINGS = new Place(Optional.empty(), Optional.empty(), Optional.empty());

    /** As it has to be typed behind the program, with a space before it; empty if it is that of the settings. */
    public String asTyped() {
        return database.map(name -> " --target " + quoted(name)).orElse("")
                + file.map(path -> " --target-path " + quoted(path.toString())).orElse("");
    }

    private static String quoted(String word) {
        return word.matches("[\\w./:\\\\-]+") ? word : '"' + word + '"';
    }
}
