package recovery.core.target.postgres;

import static recovery.core.target.postgres.PostgresNames.literal;
import static recovery.core.target.postgres.PostgresNames.quoted;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Writes a setting as stored by the server, {@code search_path=app, "$user"}, as SQL that stores the same again. */
final class SettingValue {
    /** Their values are lists of names, and as one string they would be one name: see GUC_LIST_QUOTE in guc.h. */
    private static final Set<String> LISTS = Set.of(
            "local_preload_libraries",
            "search_path",
            "session_preload_libraries",
            "shared_preload_libraries",
            "temp_tablespaces",
            "unix_socket_directories");

    private SettingValue() {}

    static String assignment(String name, String value) {
        String left = name.contains(".")
                ? String.join(
                        ".",
                        java.util.Arrays.stream(name.split("\\.", -1))
                                .map(PostgresNames::quoted)
                                .toList())
                : quoted(name);
        if (!LISTS.contains(name.toLowerCase(Locale.ROOT))) {
            return left + " TO " + literal(value);
        }
        List<String> names = names(value);
        return left + " TO "
                + (names.isEmpty()
                        ? "''"
                        : String.join(
                                ", ", names.stream().map(PostgresNames::literal).toList()));
    }

    /** The names of a list, without the double quotes that some have. */
    private static List<String> names(String list) {
        List<String> names = new ArrayList<>();
        StringBuilder name = new StringBuilder();
        boolean quoted = false;
        for (int i = 0; i < list.length(); i++) {
            char c = list.charAt(i);
            boolean doubled = quoted && c == '"' && i + 1 < list.length() && list.charAt(i + 1) == '"';
            if (doubled) {
                name.append('"');
                i++;
            } else if (c == '"') {
                quoted = !quoted;
            } else if (c == ',' && !quoted) {
                names.add(name.toString());
                name.setLength(0);
            } else if (quoted || !Character.isWhitespace(c)) {
                name.append(c);
            }
        }
        if (!list.isBlank()) {
            names.add(name.toString());
        }
        return names;
    }
}
