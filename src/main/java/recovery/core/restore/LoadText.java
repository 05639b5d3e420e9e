package recovery.core.restore;

import static java.util.stream.Collectors.joining;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Collectors;
import recovery.core.dump.DumpChoice;
import recovery.core.dump.Section;
import recovery.core.dump.Selection;
import recovery.core.target.FileOptions;
import recovery.core.target.LoadOptions;
import recovery.core.target.OnConflict;
import recovery.core.target.RoleOptions;

/** What was asked of a load, as lines of a journal, so that the same load can be made again. Stateless. */
final class LoadText {
    private static final String BETWEEN = "\u001f";
    private static final String YES = "yes";
    private static final String AS_DUMPED = "as dumped";
    private static final String SALVAGE = "salvage";
    private static final String CHANGE_ENCRYPTION = "change encryption";
    private static final String SKIP_SAFETY_COPY = "skip safety copy";

    private LoadText() {}

    static Map<String, String> lines(LoadOptions options) {
        Map<String, String> lines = new HashMap<>();
        DumpChoice choice = options.choice();
        Selection selection = choice.selection();
        choice.database().ifPresent(name -> lines.put("load.database", name));
        choice.preferred().ifPresent(name -> lines.put("load.preferred", name));
        put(lines, "load.tables", selection.tables());
        put(lines, "load.schemas", selection.schemas());
        put(lines, "load.excluded", selection.excludedTables());
        put(
                lines,
                "load.sections",
                selection.sections().stream().map(Section::name).sorted().toList());
        RoleOptions roles = options.roles();
        roles.owner().ifPresent(name -> lines.put("load.owner", name));
        if (roles.create()) {
            lines.put("load.createRoles", roles.createAsDumped() ? AS_DUMPED : YES);
        }
        put(
                lines,
                "load.renamedRoles",
                roles.renamed().entrySet().stream()
                        .map(one -> one.getKey() + BETWEEN + one.getValue())
                        .toList());
        put(lines, "load.skippedExtensions", options.skippedExtensions());
        options.schemaFile()
                .ifPresent(file ->
                        lines.put("load.schemaFile", file.toAbsolutePath().toString()));
        options.jobs().ifPresent(jobs -> lines.put("load.jobs", Integer.toString(jobs)));
        FileOptions files = options.files();
        files.onConflict().ifPresent(policy -> lines.put("load.onConflict", policy.toString()));
        put(lines, "load.files", asked(files));
        return lines;
    }

    private static List<String> asked(FileOptions files) {
        List<String> asked = new ArrayList<>();
        if (files.salvage()) {
            asked.add(SALVAGE);
        }
        if (files.changeEncryption()) {
            asked.add(CHANGE_ENCRYPTION);
        }
        if (files.skipSafetyCopy()) {
            asked.add(SKIP_SAFETY_COPY);
        }
        return asked;
    }

    private static FileOptions files(Map<String, String> lines) {
        List<String> asked = list(lines, "load.files");
        return new FileOptions(
                text(lines, "load.onConflict").flatMap(OnConflict::named),
                asked.contains(SALVAGE),
                asked.contains(CHANGE_ENCRYPTION),
                asked.contains(SKIP_SAFETY_COPY));
    }

    private static void put(Map<String, String> lines, String key, Collection<String> values) {
        if (!values.isEmpty()) {
            lines.put(key, values.stream().collect(joining(BETWEEN)));
        }
    }

    /** What {@link #lines} were made of. */
    static LoadOptions options(Map<String, String> lines) {
        Selection selection = new Selection(
                list(lines, "load.tables"),
                list(lines, "load.schemas"),
                list(lines, "load.excluded"),
                list(lines, "load.sections").stream().map(Section::valueOf).collect(Collectors.toSet()));
        String create = lines.getOrDefault("load.createRoles", "");
        RoleOptions roles =
                new RoleOptions(text(lines, "load.owner"), !create.isEmpty(), create.equals(AS_DUMPED), pairs(lines));
        return new LoadOptions(
                new DumpChoice(text(lines, "load.database"), text(lines, "load.preferred"), selection),
                roles,
                Set.copyOf(list(lines, "load.skippedExtensions")),
                text(lines, "load.schemaFile").map(Path::of),
                text(lines, "load.jobs")
                        .map(jobs -> OptionalInt.of(Integer.parseInt(jobs)))
                        .orElse(OptionalInt.empty()),
                files(lines));
    }

    private static Optional<String> text(Map<String, String> lines, String key) {
        return Optional.ofNullable(lines.get(key));
    }

    private static List<String> list(Map<String, String> lines, String key) {
        return text(lines, key)
                .map(values -> Arrays.asList(values.split(BETWEEN, -1)))
                .orElse(List.of());
    }

    private static Map<String, String> pairs(Map<String, String> lines) {
        List<String> names = list(lines, "load.renamedRoles");
        Map<String, String> pairs = new HashMap<>();
        for (int i = 0; i + 1 < names.size(); i += 2) {
            pairs.put(names.get(i), names.get(i + 1));
        }
        return pairs;
    }
}
