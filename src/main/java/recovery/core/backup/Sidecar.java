package recovery.core.backup;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneId;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What lies beside a backup: its metadata as a flat map and its checksum. Never fails; what is malformed is said in it. */
final class Sidecar {
    private static final String UNREADABLE = "sidecar";
    private static final int MOST_BYTES = 64 * 1024;
    private static final int MOST_VALUES = 500;
    private static final Pattern META_LINE = Pattern.compile("\\s*([^:=#]{1,100}?)\\s*[:=]\\s*(.*?)\\s*");
    private static final Pattern CHECKSUM_LINE = Pattern.compile("\\\\?([0-9a-fA-F]{64})(?:\\s+[* ]?(.+))?");
    private static final Pattern BSD_LINE = Pattern.compile("SHA2?-?256 ?\\((.+)\\) ?= ?([0-9a-fA-F]{64})");
    private static final Pattern CHECKSUM_FIELD = Pattern.compile("(?i)(?:sha-?256[:=])?([0-9a-f]{64})");
    private static final List<String> TIME_FIELDS = List.of(
            "taken",
            "takenat",
            "timestamp",
            "backupdate",
            "backuptime",
            "backuptimestamp",
            "createdat",
            "created",
            "date",
            "datetime",
            "time",
            "startedat",
            "completedat",
            "finishedat");
    private static final List<String> CHECKSUM_FIELDS =
            List.of("sha256", "sha256sum", "checksumsha256", "checksum", "hash", "digest");
    private static final List<String> FILE_FIELDS = List.of("file", "filename", "backupfile", "backupfilename", "path");
    private static final List<String> CONTENTS_FIELDS =
            List.of("contents", "content", "backuptype", "dumptype", "type");

    private final Map<String, String> metadata = new LinkedHashMap<>();
    private Optional<String> sha256 = Optional.empty();

    private Sidecar() {}

    /** All that lies beside {@code backup}, as one. */
    static Sidecar read(String backup, Folder folder, Sidecars sidecars) {
        Sidecar sidecar = new Sidecar();
        for (String name : sidecars.of(backup)) {
            boolean shared = sidecars.isShared(name);
            folder.file(name).ifPresent(file -> sidecar.read(backup, file.path(), shared));
        }
        return sidecar;
    }

    /** {@code shared}: other backups lie beside this sidecar as well. */
    private void read(String backup, Path file, boolean shared) {
        try {
            String text = text(file);
            if (file.toString().endsWith(".sha256")) {
                sha256 = Optional.of(checksum(text, backup));
            } else {
                fields(backup, text.stripLeading().startsWith("{") ? FlatJson.parse(text) : lines(file, text), shared);
            }
        } catch (IOException | IllegalArgumentException e) {
            String why = e instanceof IOException ? "it cannot be read" : e.getMessage();
            metadata.put(UNREADABLE, "unreadable: %s: %s".formatted(file.getFileName(), why));
        }
    }

    private static String text(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS)) {
            byte[] bytes = in.readNBytes(MOST_BYTES + 1);
            if (bytes.length > MOST_BYTES) {
                throw new IllegalArgumentException("larger than 64 KB");
            }
            return new String(bytes, UTF_8).replaceFirst("^\uFEFF", "");
        }
    }

    private static String checksum(String text, String backup) {
        String only = "";
        int found = 0;
        for (String line :
                text.lines().map(String::strip).filter(line -> !line.isEmpty()).toList()) {
            Matcher plain = CHECKSUM_LINE.matcher(line);
            Matcher bsd = BSD_LINE.matcher(line);
            boolean isPlain = plain.matches();
            if (isPlain || bsd.matches()) {
                only = (isPlain ? plain.group(1) : bsd.group(2)).toLowerCase(Locale.ROOT);
                found++;
                String named = isPlain ? plain.group(2) : bsd.group(1);
                if (named != null && named.replaceFirst(".*[/\\\\]", "").equals(backup)) {
                    return only;
                }
            }
        }
        if (found != 1) {
            throw new IllegalArgumentException(
                    found == 0 ? "no SHA-256 checksum in it" : "none of its checksums names this backup");
        }
        return only;
    }

    private static Map<String, String> lines(Path file, String text) {
        if (file.toString().endsWith(".json")) {
            return FlatJson.parse(text);
        }
        Map<String, String> values = new LinkedHashMap<>();
        text.lines()
                .map(META_LINE::matcher)
                .filter(Matcher::matches)
                .forEach(line -> values.put(line.group(1), line.group(2)));
        if (values.isEmpty()) {
            throw new IllegalArgumentException("no line of the form 'name: value'");
        }
        return values;
    }

    private void fields(String backup, Map<String, String> values, boolean shared) {
        values.entrySet().stream().limit(MOST_VALUES).forEach(value -> metadata.put(value.getKey(), value.getValue()));
        Optional<String> named = first(values, FILE_FIELDS);
        boolean ofThis = named.map(name -> name.replaceFirst(".*[/\\\\]", "").equals(backup))
                .orElse(!shared);
        if (ofThis) {
            sha256 = CHECKSUM_FIELDS.stream()
                    .flatMap(field -> first(values, List.of(field)).stream())
                    .map(CHECKSUM_FIELD::matcher)
                    .filter(Matcher::matches)
                    .map(checksum -> checksum.group(1).toLowerCase(Locale.ROOT))
                    .findFirst()
                    .or(() -> sha256);
        }
    }

    /** The value of the first of {@code fields} that is there; case and punctuation do not count, nor do outer names. */
    private static Optional<String> first(Map<String, String> values, List<String> fields) {
        return fields.stream()
                .flatMap(field -> values.entrySet().stream()
                        .filter(value -> plain(value.getKey()).equals(field)
                                || plain(value.getKey().replaceFirst(".*\\.", ""))
                                        .equals(field))
                        .map(Map.Entry::getValue))
                .findFirst();
    }

    private static String plain(String name) {
        return name.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]", "");
    }

    Map<String, String> metadata() {
        return metadata;
    }

    Optional<String> sha256() {
        return sha256;
    }

    Optional<Instant> taken(Instant now, ZoneId zone) {
        return TIME_FIELDS.stream()
                .flatMap(field -> first(metadata, List.of(field)).stream())
                .flatMap(text -> NameTime.inField(text, now, zone).stream())
                .findFirst();
    }

    Contents contents() {
        return CONTENTS_FIELDS.stream()
                .flatMap(field -> first(metadata, List.of(field)).stream())
                .map(Sidecar::contents)
                .filter(contents -> contents != Contents.UNKNOWN)
                .findFirst()
                .orElse(Contents.UNKNOWN);
    }

    private static Contents contents(String word) {
        return switch (plain(word)) {
            case "complete", "full" -> Contents.COMPLETE;
            case "schema", "schemaonly" -> Contents.SCHEMA;
            case "data", "dataonly" -> Contents.DATA;
            default -> Contents.UNKNOWN;
        };
    }
}
