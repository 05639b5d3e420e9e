package recovery.config;

import io.github.cdimascio.dotenv.Dotenv;
import io.github.cdimascio.dotenv.DotenvEntry;
import io.github.cdimascio.dotenv.DotenvException;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The settings file. dotenv reads it, but only after every line was held against a stricter rule: dotenv drops what stands
 * behind a '#' within a password, takes the last of two equal keys, and lets an open quote swallow the lines below.
 */
final class EnvFile {
    private static final Pattern SETTING = Pattern.compile("([A-Za-z_][A-Za-z0-9_]*)\\s*=\\s*(.*)");
    private static final Pattern DOUBLE_QUOTED = Pattern.compile("\"([^\"]*)\"\\s*(#.*)?");
    private static final Pattern SINGLE_QUOTED = Pattern.compile("'([^']*)'\\s*(#.*)?");
    private static final Pattern COMMENT = Pattern.compile("\\s#.*");

    /** A setting of the file and the line it stands on. */
    record Line(String value, int number) {}

    private final Path file;
    private final Problems problems;
    private final Map<String, Line> lines = new LinkedHashMap<>();

    private EnvFile(Path file, Problems problems) {
        this.file = file;
        this.problems = problems;
    }

    /** The settings by key, in their order. What is wrong with the file goes to {@code problems}. */
    static Map<String, Line> read(Path file, Problems problems) {
        EnvFile reader = new EnvFile(file.toAbsolutePath().normalize(), problems);
        if (reader.text().filter(reader::checkLines).isPresent()) {
            reader.compareWithDotenv();
        }
        return reader.lines;
    }

    private Optional<List<String>> text() {
        try {
            return Optional.of(Files.readAllLines(file));
        } catch (CharacterCodingException e) {
            problems.add("'%s' is not in UTF-8".formatted(file), "Save the file as UTF-8.");
        } catch (IOException e) {
            problems.add(
                    "'%s' cannot be read (%s)".formatted(file, e.getMessage()),
                    "Make the file readable for the user who starts the recovery server.");
        }
        return Optional.empty();
    }

    private boolean checkLines(List<String> text) {
        boolean clean = true;
        for (int index = 0; index < text.size(); index++) {
            String line = text.get(index).trim();
            if (!line.isEmpty() && !line.startsWith("#")) {
                clean &= checkLine(line, index + 1);
            }
        }
        return clean;
    }

    private boolean checkLine(String line, int number) {
        if (line.startsWith("\uFEFF")) {
            return bad(number, "begins with a byte order mark", "Save '%s' as UTF-8 without a byte order mark.", file);
        }
        if (line.matches("export\\s.*")) {
            return bad(number, "begins with 'export'", "Remove the word 'export' from line %d.", number);
        }
        Matcher setting = SETTING.matcher(line);
        if (!setting.matches()) {
            // the line itself is not shown: it may be the rest of a password
            return bad(number, "is no setting", "Write line %d as KEY=VALUE, or put a '#' in front of it.", number);
        }
        String key = setting.group(1);
        Optional<String> value = value(key, setting.group(2), number);
        if (value.isEmpty()) {
            return false;
        }
        Line before = lines.put(key, new Line(value.get(), number));
        return before == null
                || bad(
                        number,
                        "sets '%s' a second time, after line %d".formatted(key, before.number()),
                        "Remove one of the two lines.");
    }

    private Optional<String> value(String key, String raw, int number) {
        if (raw.startsWith("\"") || raw.startsWith("'")) {
            Matcher quoted = (raw.startsWith("'") ? SINGLE_QUOTED : DOUBLE_QUOTED).matcher(raw);
            if (quoted.matches()) {
                return Optional.of(quoted.group(1));
            }
            bad(
                    number,
                    "has an open quote, or a quote within quotes, in the value of '%s'".formatted(key),
                    "Close the quote of '%s' on the same line, and use the other kind of quotes around a value that holds one.",
                    key);
            return Optional.empty();
        }
        String bare = raw.startsWith("#")
                ? raw
                : COMMENT.matcher(raw).replaceFirst("").trim();
        if (bare.indexOf('#') >= 0 || bare.indexOf('"') >= 0) {
            bad(
                    number,
                    "has a '%s' within the value of '%s'".formatted(bare.indexOf('#') >= 0 ? "#" : "\"", key),
                    "Put the whole value of '%s' into single quotes; a comment needs a space before its '#'.",
                    key);
            return Optional.empty();
        }
        return Optional.of(bare);
    }

    private boolean bad(int number, String what, String remedy, Object... names) {
        problems.add("line %d of '%s' %s".formatted(number, file, what), remedy.formatted(names));
        return false;
    }

    private void compareWithDotenv() {
        Map<String, String> read = new LinkedHashMap<>();
        try {
            // "/." because dotenv cuts ".env" off the end of a folder's name
            Dotenv dotenv = Dotenv.configure()
                    .directory(file.resolveSibling(".").toString())
                    .filename(file.getFileName().toString())
                    .load();
            for (DotenvEntry entry : dotenv.entries(Dotenv.Filter.DECLARED_IN_ENV_FILE)) {
                read.put(entry.getKey(), withoutSingleQuotes(entry.getValue()));
            }
        } catch (DotenvException e) {
            // the message of dotenv holds the line, and the line may hold a password
            problems.add(
                    "'%s' cannot be read as a settings file".formatted(file), "Compare it with .env.recovery.example.");
            return;
        }
        lines.forEach((key, line) -> {
            if (!withoutSingleQuotes(line.value()).equals(read.get(key))) {
                bad(line.number(), "can be read in two ways", "Put the value of '%s' into double quotes.", key);
            }
        });
    }

    /** dotenv keeps them as part of the value. */
    private static String withoutSingleQuotes(String value) {
        Matcher quoted = SINGLE_QUOTED.matcher(value);
        return quoted.matches() && quoted.group(2) == null ? quoted.group(1) : value;
    }
}
