package recovery.config;

import java.math.BigDecimal;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Turns texts into values. A text that makes none is a problem, and some value is given so that reading goes on. */
final class ValueReader {
    private static final Pattern SIZE = Pattern.compile("(\\d{1,15}(?:\\.\\d{1,3})?)\\s*([KMGT]?)(I?B)?");
    private static final Pattern DURATION = Pattern.compile("(\\d{1,6})\\s*([smhdw])");
    private static final Pattern TABLE = Pattern.compile("\\s*((?:\"(?:[^\"]|\"\")+\"|[^\",])+)\\s*(?:,|$)");
    private static final Map<String, Integer> POWERS = Map.of("", 0, "K", 1, "M", 2, "G", 3, "T", 4);
    private static final Map<String, Long> SECONDS = Map.of("s", 1L, "m", 60L, "h", 3600L, "d", 86_400L, "w", 604_800L);
    private static final int SHORTEST_TOKEN = 16;

    private final RawSettings raws;
    private final Problems problems;
    private final Path base;
    private final Path userHome;

    ValueReader(RawSettings raws, Problems problems, Path base, Path userHome) {
        this.raws = raws;
        this.problems = problems;
        this.base = base;
        this.userHome = userHome;
    }

    /** The number of a port, 0 if it is none. */
    int port(Setting setting) {
        Optional<Integer> port = port(raws.text(setting));
        if (port.isEmpty()) {
            problems.add(
                    "%s is '%s', which is no port".formatted(raws.place(setting), raws.text(setting)),
                    "Set %s to a number from 1 to 65535.".formatted(setting));
        }
        return port.orElse(0);
    }

    static Optional<Integer> port(String text) {
        return Optional.of(text)
                .filter(digits -> digits.matches("\\d{1,5}"))
                .map(Integer::valueOf)
                .filter(number -> number >= 1 && number <= 65_535);
    }

    Path path(Setting setting) {
        return path(setting, raws.text(setting));
    }

    /** {@code ~} is the user's folder; what is relative lies in the home of the recovery server. */
    Path path(Setting setting, String text) {
        try {
            boolean inHome = text.equals("~") || text.startsWith("~/") || text.startsWith("~\\");
            Path path = inHome ? userHome.resolve(text.substring(Math.min(2, text.length()))) : Path.of(text);
            return base.resolve(path).toAbsolutePath().normalize();
        } catch (InvalidPathException e) {
            problems.add(
                    "%s is no path (%s)".formatted(raws.place(setting), e.getReason()),
                    "Set %s to the path of a file or folder.".formatted(setting));
            return base;
        }
    }

    long size(Setting setting) {
        String text = raws.text(setting);
        Matcher size = SIZE.matcher(text.trim().toUpperCase(Locale.ROOT));
        if (size.matches()) {
            BigDecimal unit = BigDecimal.valueOf(1024).pow(POWERS.get(size.group(2)));
            BigDecimal bytes = new BigDecimal(size.group(1)).multiply(unit);
            if (bytes.signum() > 0 && bytes.compareTo(BigDecimal.valueOf(Long.MAX_VALUE)) < 0) {
                return bytes.longValue();
            }
        }
        problems.add(
                "%s is '%s', which is no size".formatted(raws.place(setting), text),
                "Write %s as a number with a unit, such as 512MB or 10GB.".formatted(setting));
        return 0;
    }

    /** Up to how many bytes decrypted databases are held in memory; empty if that is left open. */
    OptionalLong memoryLimit() {
        return raws.get(Setting.MEMORY_LIMIT).isPresent()
                ? OptionalLong.of(size(Setting.MEMORY_LIMIT))
                : OptionalLong.empty();
    }

    /** A whole number from 1 on. */
    long count(Setting setting) {
        String text = raws.text(setting);
        if (text.trim().matches("0*[1-9]\\d{0,8}")) {
            return Long.parseLong(text.trim());
        }
        problems.add(
                "%s is '%s', which is no number from 1 on".formatted(raws.place(setting), text),
                "Write %s as a whole number, such as 5000.".formatted(setting));
        return 1;
    }

    /** Over how many connections a copy is loaded; empty if that is left open. */
    OptionalInt jobs() {
        Optional<String> text = raws.get(Setting.RESTORE_JOBS).map(RawSettings.Raw::text);
        if (text.filter(number -> !number.matches("0*([1-9]|[1-5]\\d|6[0-4])")).isPresent()) {
            problems.add(
                    "%s is '%s', which is no number from 1 to 64"
                            .formatted(raws.place(Setting.RESTORE_JOBS), text.get()),
                    "Set RESTORE_JOBS to a number from 1 to 64, or remove it for as many connections as suit.");
            return OptionalInt.empty();
        }
        return text.map(number -> OptionalInt.of(Integer.parseInt(number))).orElse(OptionalInt.empty());
    }

    List<String> tables(Setting setting) {
        List<String> tables = new ArrayList<>();
        String text = raws.get(setting).map(RawSettings.Raw::text).orElse("");
        Matcher table = TABLE.matcher(text);
        int end = 0;
        while (end < text.length() && table.find(end) && table.start() == end) {
            tables.add(table.group(1).trim());
            end = table.end();
        }
        if (end < text.length() || tables.stream().anyMatch(String::isEmpty)) {
            problems.add(
                    "%s is '%s', which is no list of tables".formatted(raws.place(setting), text),
                    "Separate the tables of %s with commas and leave none empty.".formatted(setting));
        }
        return tables;
    }

    /** Where the server listens; other than on this host only with a token. */
    String bind() {
        String address = raws.text(Setting.RECOVERY_BIND).replaceFirst("^\\[(.*)]$", "$1");
        try {
            boolean loopback = InetAddress.getByName(address).isLoopbackAddress();
            if (!loopback && raws.get(Setting.RECOVERY_TOKEN).isEmpty()) {
                problems.add(
                        "%s is '%s', which others can reach, and there is no RECOVERY_TOKEN"
                                .formatted(raws.place(Setting.RECOVERY_BIND), address),
                        "Set RECOVERY_TOKEN to %d characters or more, or remove RECOVERY_BIND."
                                .formatted(SHORTEST_TOKEN));
            }
        } catch (UnknownHostException e) {
            problems.add(
                    "%s is '%s', which is no address of this host"
                            .formatted(raws.place(Setting.RECOVERY_BIND), address),
                    "Set RECOVERY_BIND to 127.0.0.1, or to 0.0.0.0 for all addresses of this host.");
        }
        return address;
    }

    Optional<Secret> token() {
        Optional<Secret> token = secret(Setting.RECOVERY_TOKEN);
        if (token.isPresent() && token.get().length() < SHORTEST_TOKEN) {
            problems.add(
                    "%s has %d characters, which is too short"
                            .formatted(
                                    raws.place(Setting.RECOVERY_TOKEN),
                                    token.get().length()),
                    "Set RECOVERY_TOKEN to %d characters or more.".formatted(SHORTEST_TOKEN));
        }
        return token;
    }

    Optional<Secret> secret(Setting setting) {
        return raws.get(setting).map(raw -> new Secret(raw.text()));
    }

    /** A number with a unit: {@code 36h}, {@code 7d}, {@code 2w}. */
    Duration duration(Setting setting) {
        Matcher duration = DURATION.matcher(raws.text(setting).trim());
        if (duration.matches()) {
            return Duration.ofSeconds(Long.parseLong(duration.group(1)) * SECONDS.get(duration.group(2)));
        }
        problems.add(
                "%s is '%s', which is no duration".formatted(raws.place(setting), raws.text(setting)),
                "Write %s as a number with a unit, such as 7d or 36h.".formatted(setting));
        return Duration.ZERO;
    }

    /** A whole number, or the largest there is for {@code all}. */
    int countOrAll(Setting setting) {
        String text = raws.text(setting).trim();
        if (text.equalsIgnoreCase("all")) {
            return Integer.MAX_VALUE;
        }
        if (text.matches("\\d{1,6}")) {
            return Integer.parseInt(text);
        }
        problems.add(
                "%s is '%s', which is neither a number nor 'all'".formatted(raws.place(setting), text),
                "Write %s as a whole number, such as 7, or as all.".formatted(setting));
        return 0;
    }
}
