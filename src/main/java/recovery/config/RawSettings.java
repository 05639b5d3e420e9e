package recovery.config;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** The texts of the settings and where each came from. The environment wins over the file; an empty text is none. */
final class RawSettings {
    static final String HOME = "RECOVERY_HOME";
    private static final List<String> OUR_PREFIXES =
            List.of("RECOVERY_", "RESTORE_", "DB_", "DATABASE_", "SQLITE_", "VERIFY_");
    private static final int EDITS_IN_FILE = 4;
    private static final int EDITS_IN_ENVIRONMENT = 2;

    /** A setting's text; {@code where} is for error texts. */
    record Raw(String text, String source, String where) {}

    private final Map<Setting, Raw> raws = new EnumMap<>(Setting.class);
    private final Problems problems;
    private final List<String> notices;

    RawSettings(Problems problems, List<String> notices) {
        this.problems = problems;
        this.notices = notices;
    }

    void takeFile(Path file, boolean required) {
        if (!Files.exists(file)) {
            if (required) {
                problems.add(
                        "the settings file '%s' does not exist".formatted(file),
                        "Name an existing file with --env-file, or leave the option out.");
            }
            return;
        }
        EnvFile.read(file, problems).forEach((key, line) -> takeLine(file, key, line));
    }

    private void takeLine(Path file, String key, EnvFile.Line line) {
        String where = "line %d of '%s'".formatted(line.number(), file.getFileName());
        Optional<Setting> known = Setting.named(key);
        if (known.isPresent()) {
            put(known.get(), line.value(), "file", where);
        } else if (key.equals(HOME)) {
            problems.add(
                    "%s sets '%s', which the file cannot do".formatted(where, HOME),
                    "Set %s in the environment, or use absolute paths in the file.".formatted(HOME));
        } else {
            problems.add(
                    "%s holds '%s', which is no setting".formatted(where, key),
                    Nearest.to(key, EDITS_IN_FILE)
                            .map("Did you mean '%s'?"::formatted)
                            .orElse("Remove the line; .env.recovery.example lists all settings."));
        }
    }

    /** Variables of others are no concern of ours, but one that looks like a slip of the pen gets a notice. */
    void takeEnvironment(Map<String, String> environment) {
        environment.forEach((key, value) -> {
            Optional<Setting> known = Setting.named(key);
            if (known.isPresent()) {
                put(known.get(), value.trim(), "environment", "the environment");
            } else if (OUR_PREFIXES.stream().anyMatch(key.toUpperCase(Locale.ROOT)::startsWith) && !key.equals(HOME)) {
                Nearest.to(key, EDITS_IN_ENVIRONMENT)
                        .ifPresent(near ->
                                notices.add("The environment holds '%s', which is no setting; did you mean '%s'?"
                                        .formatted(key, near)));
            }
        });
    }

    private void put(Setting setting, String text, String source, String where) {
        if (!text.isBlank()) {
            raws.put(setting, new Raw(text, source, where));
        }
    }

    Optional<Raw> get(Setting setting) {
        return Optional.ofNullable(raws.get(setting));
    }

    /** The text that is set or its default; only for settings that have one. */
    String text(Setting setting) {
        return get(setting).map(Raw::text).or(setting::fallback).orElseThrow();
    }

    String source(Setting setting) {
        return get(setting).map(Raw::source).orElse("default");
    }

    List<Setting> present() {
        return List.copyOf(raws.keySet());
    }

    /** {@code DB_PORT in line 3 of '.env.recovery'}. */
    String place(Setting setting) {
        return setting + get(setting).map(raw -> " in " + raw.where()).orElse("");
    }
}
