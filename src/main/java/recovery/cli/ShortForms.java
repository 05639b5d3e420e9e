package recovery.cli;

import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** The short forms that scripts of former days use: {@code --list}, {@code --latest --force}, {@code --force-cleanup}, a path. */
final class ShortForms {
    private static final Set<String> OF_RESTORE = Set.of(
            "--latest",
            "--force",
            "--dry-run",
            "--json",
            "--strategy",
            "--override",
            "--passphrase-stdin",
            "--key-stdin");
    private static final Set<String> OF_ALL = Set.of("--env-file", "--target", "--target-path");

    private final Set<String> commands;

    ShortForms(Set<String> commands) {
        this.commands = commands;
    }

    /** The arguments with the command that is meant; unchanged if they name one. */
    String[] expand(String[] arguments) {
        int first = 0;
        while (first < arguments.length && OF_ALL.contains(arguments[first].split("=", 2)[0])) {
            first += OF_ALL.contains(arguments[first]) ? 2 : 1;
        }
        if (first >= arguments.length) {
            return arguments;
        }
        List<String> expanded = new ArrayList<>(List.of(arguments));
        String word = arguments[first];
        if (word.equals("help")) {
            expanded.remove(first);
            expanded.add("--help");
        } else if (word.equals("--list")) {
            expanded.set(first, "list");
        } else if (word.equals("--force-cleanup")) {
            expanded.set(first, "cleanup");
        } else if (OF_RESTORE.contains(word.split("=", 2)[0]) || (!commands.contains(word) && looksLikeBackup(word))) {
            expanded.add(first, "restore");
        }
        return expanded.toArray(String[]::new);
    }

    /** A command that was mistyped must not become the name of a backup. */
    private static boolean looksLikeBackup(String word) {
        try {
            return !word.startsWith("-")
                    && (word.indexOf('.') >= 0
                            || word.indexOf('/') >= 0
                            || word.indexOf('\\') >= 0
                            || Files.isRegularFile(Path.of(word)));
        } catch (InvalidPathException e) {
            return false;
        }
    }
}
