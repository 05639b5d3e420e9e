package recovery.core.target.postgres;

import java.util.List;
import java.util.Optional;
import recovery.core.dump.SqlTokens;

/**
 * From which program libraries a backup may make functions: those in the server's own folder, and in folders that only an
 * administrator of the host can write to. Any other file of the server might have been put there for this. Stateless.
 */
final class Libraries {
    private static final List<String> TRUSTED = List.of("$libdir/", "/usr/", "/opt/", "/lib/", "/lib64/");

    private Libraries() {}

    /** The library of a function in C if it is none of the trusted ones. */
    static Optional<String> strange(SqlTokens tokens) {
        int language = tokens.begins("create") ? tokens.find(1, "language") : -1;
        if (language < 0 || !tokens.get(language + 1).text().equalsIgnoreCase("c")) {
            return Optional.empty();
        }
        int as = tokens.find(1, "as");
        String library = as < 0 ? "" : tokens.get(as + 1).text();
        boolean place = library.contains("/") || library.contains("\\");
        boolean trusted = TRUSTED.stream().anyMatch(library::startsWith) && !library.contains("..");
        return place && !trusted ? Optional.of(library) : Optional.empty();
    }
}
