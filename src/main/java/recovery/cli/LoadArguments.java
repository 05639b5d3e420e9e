package recovery.cli;

import static recovery.core.error.ErrorCode.REQUEST_UNUSABLE;
import static recovery.core.error.RecoveryException.problem;

import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import picocli.CommandLine.Option;
import recovery.core.dump.DumpChoice;
import recovery.core.dump.Section;
import recovery.core.dump.Selection;
import recovery.core.error.RecoveryException;
import recovery.core.restore.LoadSettings;
import recovery.core.target.FileOptions;
import recovery.core.target.LoadOptions;
import recovery.core.target.RoleOptions;

/** The options that say what to take of a backup and how to load it. */
final class LoadArguments {
    private static final Map<String, Section> SECTIONS =
            new TreeMap<>(Map.of("pre-data", Section.PRE_DATA, "data", Section.DATA, "post-data", Section.POST_DATA));

    @Option(
            names = "--table",
            paramLabel = "T",
            description = "Restore nothing but this table; * and ? are wildcards. Can be repeated.")
    private List<String> tables = List.of();

    @Option(
            names = "--schema",
            paramLabel = "S",
            description = "Restore nothing but this schema; * and ? are wildcards. Can be repeated.")
    private List<String> schemas = List.of();

    @Option(
            names = "--exclude-table",
            paramLabel = "T",
            description = "Leave this table out; * and ? are wildcards. Can be repeated.")
    private List<String> excludedTables = List.of();

    @Option(names = "--schema-only", description = "Restore definitions without rows.")
    private boolean schemaOnly;

    @Option(
            names = "--data-only",
            description = "Restore rows without definitions; SCHEMA_FILE of the settings has to hold them.")
    private boolean dataOnly;

    @Option(
            names = "--section",
            paramLabel = "SECTION",
            description = "Restore nothing but 'pre-data', 'data' or 'post-data'. Can be repeated.")
    private List<String> sections = List.of();

    @Option(
            names = "--database",
            paramLabel = "NAME",
            description = "Which database of a backup that holds several; else the one named like the target.")
    private Optional<String> database = Optional.empty();

    @Option(
            names = "--owner",
            paramLabel = "ROLE",
            description = "Everything shall belong to ROLE, whatever the backup says.")
    private Optional<String> owner = Optional.empty();

    @Option(
            names = "--create-roles",
            description = "Create roles that the server lacks, without login, password or superuser.")
    private boolean createRoles;

    @Option(
            names = "--create-roles-as-dumped",
            description = "Create them with everything that a pg_dumpall file says, also passwords and superuser.")
    private boolean createRolesAsDumped;

    @Option(
            names = "--map-role",
            paramLabel = "A=B",
            description = "Give to role B of the server what role A of the backup had. Can be repeated.")
    private List<String> renamedRoles = List.of();

    @Option(
            names = "--skip-extension",
            paramLabel = "X",
            description = "Do without extension X, and without what needs it. Can be repeated.")
    private List<String> skippedExtensions = List.of();

    @Option(
            names = {"--jobs", "-j"},
            paramLabel = "N",
            description = {
                "Load over N connections, 1 to 64; 1 keeps strictly to the order of the dump.",
                "Without it as many as this host has cores, fewer where the server has few connections free."
            })
    private Optional<String> jobs = Optional.empty();

    /**
     * {@code preferred} is taken from a backup of several databases if none is named. REQUEST_UNUSABLE if the options
     * contradict each other.
     */
    LoadOptions options(Optional<String> preferred, LoadSettings settings) {
        refuseBlanks();
        Selection selection = new Selection(tables, schemas, excludedTables, wantedSections());
        return new LoadOptions(
                new DumpChoice(database, preferred, selection),
                new RoleOptions(owner, createRoles || createRolesAsDumped, createRolesAsDumped, renamedRoles()),
                Set.copyOf(skippedExtensions),
                settings.schemaFile(),
                settings.jobs(jobs.map(Words::printable), "--jobs"),
                FileOptions.USUAL);
    }

    private void refuseBlanks() {
        Map<String, List<String>> values = new LinkedHashMap<>();
        values.put("--table", tables);
        values.put("--schema", schemas);
        values.put("--exclude-table", excludedTables);
        values.put("--database", database.stream().toList());
        values.put("--owner", owner.stream().toList());
        values.put("--skip-extension", skippedExtensions);
        values.forEach((option, given) -> {
            if (given.stream().anyMatch(String::isBlank)) {
                throw problem(REQUEST_UNUSABLE, "%s is empty", option)
                        .remedy("Write a name behind %s, or leave it out.".formatted(option));
            }
        });
    }

    private Set<Section> wantedSections() {
        if (schemaOnly && dataOnly) {
            throw contradiction("--schema-only", "--data-only");
        }
        if (!sections.isEmpty() && (schemaOnly || dataOnly)) {
            throw contradiction("--section", schemaOnly ? "--schema-only" : "--data-only");
        }
        if (schemaOnly) {
            return Set.of(Section.PRE_DATA, Section.POST_DATA);
        }
        if (dataOnly) {
            return Set.of(Section.DATA);
        }
        return sections.isEmpty() ? Selection.ALL_SECTIONS : named(sections);
    }

    private static Set<Section> named(List<String> names) {
        Set<Section> named = EnumSet.noneOf(Section.class);
        for (String name : names) {
            Section section = SECTIONS.get(name);
            if (section == null) {
                throw problem(REQUEST_UNUSABLE, "there is no section '%s'", Words.printable(name))
                        .remedy("Use 'pre-data', 'data' or 'post-data'.");
            }
            named.add(section);
        }
        return named;
    }

    private Map<String, String> renamedRoles() {
        Map<String, String> renamed = new LinkedHashMap<>();
        for (String pair : renamedRoles) {
            int equals = pair.indexOf('=');
            if (equals < 1 || equals == pair.length() - 1) {
                throw problem(REQUEST_UNUSABLE, "--map-role '%s' names no two roles", Words.printable(pair))
                        .remedy(
                                "Write it as --map-role OLD=NEW: first the role of the backup, then that of the server.");
            }
            String old = pair.substring(0, equals);
            if (renamed.put(old, pair.substring(equals + 1)) != null) {
                throw problem(REQUEST_UNUSABLE, "--map-role names role '%s' twice", Words.printable(old))
                        .remedy("Keep one of the two.");
            }
        }
        return renamed;
    }

    private static RecoveryException contradiction(String one, String other) {
        return problem(REQUEST_UNUSABLE, "%s and %s contradict each other", one, other)
                .remedy("Leave one of them out.");
    }
}
