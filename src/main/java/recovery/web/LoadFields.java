package recovery.web;

import static recovery.core.error.ErrorCode.REQUEST_UNUSABLE;
import static recovery.core.error.RecoveryException.problem;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import recovery.core.dump.DumpChoice;
import recovery.core.dump.Section;
import recovery.core.dump.Selection;
import recovery.core.error.RecoveryException;
import recovery.core.restore.LoadSettings;
import recovery.core.target.FileOptions;
import recovery.core.target.LoadOptions;
import recovery.core.target.RoleOptions;

/** The fields that say what to take of a backup and how to load it. Their names are those of the HTTP interface. */
final class LoadFields {
    static final List<String> NAMES = List.of(
            "tables",
            "schemas",
            "excludeTables",
            "schemaOnly",
            "dataOnly",
            "sections",
            "database",
            "owner",
            "createRoles",
            "createRolesAsDumped",
            "mapRoles",
            "skipExtensions",
            "jobs");

    /** All tables that a page showed, and those of them whose boxes were left ticked. */
    static final String SHOWN = "shownTables";

    static final String KEPT = "keptTables";

    private static final Map<String, Section> SECTIONS =
            Map.of("pre-data", Section.PRE_DATA, "data", Section.DATA, "post-data", Section.POST_DATA);

    private final Map<String, List<String>> values;

    /** {@code sent}: by the names above, without blank values. */
    LoadFields(Map<String, List<String>> sent) {
        this.values = new LinkedHashMap<>();
        NAMES.stream().filter(sent::containsKey).forEach(name -> values.put(name, sent.get(name)));
        takeBoxes(sent.getOrDefault(SHOWN, List.of()), sent.getOrDefault(KEPT, List.of()));
    }

    /** Boxes become the shorter list: of what is wanted, or of what is left out. */
    private void takeBoxes(List<String> shown, List<String> kept) {
        List<String> left = new ArrayList<>(shown);
        left.removeAll(kept);
        if (left.isEmpty()) {
            return;
        }
        if (kept.isEmpty()) {
            throw problem(REQUEST_UNUSABLE, "no table is ticked")
                    .remedy("Go back and tick the tables that shall be restored.");
        }
        boolean fewKept = kept.size() < left.size();
        values.put(fewKept ? "tables" : "excludeTables", fewKept ? kept : left);
    }

    /** {@code preferred}: taken from a file of several databases if the request names none. */
    LoadOptions options(Optional<String> preferred, LoadSettings settings) {
        boolean asDumped = truth("createRolesAsDumped");
        return new LoadOptions(
                choice(preferred),
                new RoleOptions(single("owner"), asDumped || truth("createRoles"), asDumped, renamedRoles()),
                Set.copyOf(list("skipExtensions")),
                settings.schemaFile(),
                settings.jobs(single("jobs"), "'jobs'"),
                FileOptions.USUAL);
    }

    private DumpChoice choice(Optional<String> preferred) {
        Selection selection = new Selection(list("tables"), list("schemas"), list("excludeTables"), sections());
        return new DumpChoice(database(), preferred, selection);
    }

    /** All of the database that is named. */
    DumpChoice whole(Optional<String> preferred) {
        return new DumpChoice(database(), preferred, Selection.EVERYTHING);
    }

    Optional<String> database() {
        return single("database");
    }

    /** Every value by its name, for a form that sends them once more. */
    Map<String, List<String>> values() {
        return values;
    }

    private Set<Section> sections() {
        boolean schemaOnly = truth("schemaOnly");
        boolean dataOnly = truth("dataOnly");
        List<String> named = list("sections");
        if (schemaOnly && dataOnly) {
            throw contradiction("schemaOnly", "dataOnly");
        }
        if (!named.isEmpty() && (schemaOnly || dataOnly)) {
            throw contradiction("sections", schemaOnly ? "schemaOnly" : "dataOnly");
        }
        if (schemaOnly) {
            return Set.of(Section.PRE_DATA, Section.POST_DATA);
        }
        if (dataOnly) {
            return Set.of(Section.DATA);
        }
        Set<Section> sections = EnumSet.noneOf(Section.class);
        named.forEach(name -> sections.add(section(name)));
        return sections.isEmpty() ? Selection.ALL_SECTIONS : sections;
    }

    private static Section section(String name) {
        return Optional.ofNullable(SECTIONS.get(name))
                .orElseThrow(() -> problem(REQUEST_UNUSABLE, "there is no section '%s'", name)
                        .remedy("Use 'pre-data', 'data' or 'post-data'."));
    }

    private static RecoveryException contradiction(String one, String other) {
        return problem(REQUEST_UNUSABLE, "'%s' and '%s' contradict each other", one, other)
                .remedy("Leave one of them out.");
    }

    private Map<String, String> renamedRoles() {
        Map<String, String> renamed = new LinkedHashMap<>();
        for (String pair : list("mapRoles")) {
            int equals = pair.indexOf('=');
            if (equals < 1 || equals == pair.length() - 1) {
                throw problem(REQUEST_UNUSABLE, "'%s' in 'mapRoles' names no two roles", pair)
                        .remedy("Write it as OLD=NEW: first the role of the backup, then that of the server.");
            }
            String old = pair.substring(0, equals).strip();
            if (renamed.put(old, pair.substring(equals + 1).strip()) != null) {
                throw problem(REQUEST_UNUSABLE, "'mapRoles' names role '%s' twice", old)
                        .remedy("Keep one of the two.");
            }
        }
        return renamed;
    }

    private Optional<String> single(String name) {
        List<String> all = values.getOrDefault(name, List.of());
        return all.isEmpty() ? Optional.empty() : Optional.of(all.get(all.size() - 1));
    }

    private boolean truth(String name) {
        return single(name).map(value -> truth(name, value)).orElse(false);
    }

    static boolean truth(String name, String value) {
        return switch (value.toLowerCase(Locale.ROOT)) {
            case "true", "yes", "on", "1" -> true;
            case "false", "no", "off", "0" -> false;
            default ->
                throw problem(REQUEST_UNUSABLE, "'%s' is neither true nor false", value)
                        .remedy("Send %s as true or false.".formatted(name));
        };
    }

    private List<String> list(String name) {
        List<String> words = new ArrayList<>();
        values.getOrDefault(name, List.of()).forEach(value -> split(value, words));
        return words;
    }

    /** At commas and line ends; within double quotes they are part of a name. */
    private static void split(String value, List<String> words) {
        boolean quoted = false;
        int begin = 0;
        for (int i = 0; i <= value.length(); i++) {
            char next = i == value.length() ? ',' : value.charAt(i);
            quoted ^= next == '"';
            if (i == value.length() || (!quoted && (next == ',' || next == '\n' || next == '\r'))) {
                String word = value.substring(begin, i).strip();
                if (!word.isEmpty()) {
                    words.add(word);
                }
                begin = i + 1;
            }
        }
    }
}
