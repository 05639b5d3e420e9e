package recovery.config;

import static recovery.config.Setting.DATABASE_URL;
import static recovery.config.Setting.DB_HOST;
import static recovery.config.Setting.DB_NAME;
import static recovery.config.Setting.DB_PASSWORD;
import static recovery.config.Setting.DB_PORT;
import static recovery.config.Setting.DB_SSLMODE;
import static recovery.config.Setting.DB_USER;
import static recovery.config.Setting.SQLITE_PATH;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Finds out which database the settings mean. */
final class TargetReader {
    private static final Set<String> SSL_MODES =
            Set.of("disable", "allow", "prefer", "require", "verify-ca", "verify-full");
    /** With an empty host: {@code sqlite:///srv/shop.db}; on Windows {@code sqlite:///C:/shop.db}. */
    private static final Pattern SQLITE = Pattern.compile("(?is)(jdbc:sqlite|sqlite3?|file):(.*)");

    private final RawSettings raws;
    private final ValueReader values;
    private final Problems problems;
    private final List<String> notices;
    private final String osUser;

    TargetReader(RawSettings raws, ValueReader values, Problems problems, List<String> notices, String osUser) {
        this.raws = raws;
        this.values = values;
        this.problems = problems;
        this.notices = notices;
        this.osUser = osUser;
    }

    /** Empty if no setting names a database, or if what names it is a problem. */
    Optional<TargetSettings> read() {
        List<Setting> kinds = new ArrayList<>();
        raws.get(DATABASE_URL).ifPresent(url -> kinds.add(DATABASE_URL));
        Setting.SERVER.stream()
                .filter(part -> raws.get(part).isPresent())
                .findFirst()
                .ifPresent(kinds::add);
        raws.get(SQLITE_PATH).ifPresent(path -> kinds.add(SQLITE_PATH));
        if (kinds.size() > 1) {
            problems.add(
                    "the database is named twice, by %s"
                            .formatted(String.join(
                                    " and by ", kinds.stream().map(raws::place).toList())),
                    "Keep one of DATABASE_URL, DB_HOST with the other settings of its group, and SQLITE_PATH.");
            return Optional.empty();
        }
        if (kinds.isEmpty()) {
            return Optional.empty();
        }
        return switch (kinds.get(0)) {
            case DATABASE_URL -> url(raws.text(DATABASE_URL));
            case SQLITE_PATH -> Optional.of(new TargetSettings.Sqlite(values.path(SQLITE_PATH)));
            default -> server();
        };
    }

    private Optional<TargetSettings> server() {
        String host = raws.text(DB_HOST).replaceFirst("^\\[(.*)]$", "$1");
        int port = values.port(DB_PORT);
        String user = raws.get(DB_USER).map(RawSettings.Raw::text).orElse(osUser);
        String database = raws.get(DB_NAME).map(RawSettings.Raw::text).orElse(user);
        Optional<String> sslMode = raws.get(DB_SSLMODE).map(RawSettings.Raw::text);
        sslMode.ifPresent(mode -> checkSslMode(mode, raws.place(DB_SSLMODE)));
        if (host.startsWith("/") || host.startsWith("@")) {
            problems.add(
                    "%s is '%s', a Unix socket, and only TCP is supported".formatted(raws.place(DB_HOST), host),
                    "Set DB_HOST to the host on which the server listens, such as localhost.");
        }
        if (host.indexOf(',') >= 0) {
            problems.add(
                    "%s names several hosts".formatted(raws.place(DB_HOST)),
                    "Set DB_HOST to the one host that takes writes (the primary).");
        }
        return port == 0
                ? Optional.empty()
                : Optional.of(
                        new TargetSettings.Postgres(host, port, user, values.secret(DB_PASSWORD), database, sslMode));
    }

    private Optional<TargetSettings> url(String text) {
        String place = raws.place(DATABASE_URL);
        Matcher sqlite = SQLITE.matcher(text);
        if (sqlite.matches()) {
            return sqlite(sqlite.group(2), place);
        }
        if (!PostgresUrl.fits(text)) {
            problems.add(
                    place + " names neither PostgreSQL nor SQLite",
                    "Write DATABASE_URL as postgresql://user:password@host:5432/name or as sqlite:PATH.");
            return Optional.empty();
        }
        try {
            return Optional.of(postgres(PostgresUrl.parse(text, place), place));
        } catch (PostgresUrl.Unusable e) {
            problems.add(e.getMessage(), e.remedy());
            return Optional.empty();
        }
    }

    private TargetSettings postgres(PostgresUrl url, String place) {
        String user = url.part("user").orElse(osUser);
        url.part("sslmode").ifPresent(mode -> checkSslMode(mode, place));
        url.ignored().forEach(name -> notices.add("The parameter '%s' of DATABASE_URL has no effect.".formatted(name)));
        return new TargetSettings.Postgres(
                url.part("host").or(DB_HOST::fallback).orElseThrow(),
                url.part("port")
                        .or(DB_PORT::fallback)
                        .flatMap(ValueReader::port)
                        .orElseThrow(),
                user,
                url.part("password").map(Secret::new),
                url.part("dbname").orElse(user),
                url.part("sslmode"));
    }

    private Optional<TargetSettings> sqlite(String rest, String place) {
        String path = rest.startsWith("//") ? rest.substring(2) : rest;
        int query = path.indexOf('?');
        if (query >= 0) {
            notices.add("The parameters of DATABASE_URL have no effect on a SQLite file.");
            path = path.substring(0, query);
        }
        path = path.replaceFirst("^/+", "/").replaceFirst("^/(?=[A-Za-z]:[/\\\\])", "");
        if (path.isBlank() || path.equals(":memory:")) {
            problems.add(
                    place + " names no SQLite file",
                    "Write DATABASE_URL as sqlite:PATH with the path of the database file.");
            return Optional.empty();
        }
        return Optional.of(new TargetSettings.Sqlite(values.path(DATABASE_URL, path)));
    }

    private void checkSslMode(String mode, String place) {
        if (!SSL_MODES.contains(mode)) {
            problems.add(
                    "%s asks for the SSL mode '%s', which does not exist".formatted(place, mode),
                    "Choose disable, allow, prefer, require, verify-ca or verify-full.");
        }
    }
}
