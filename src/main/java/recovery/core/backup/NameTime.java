package recovery.core.backup;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The time at which a backup was made, read from its name or from a field of its sidecar. */
final class NameTime {
    private static final Pattern IN_NAME = Pattern.compile("(?<!\\d)(\\d{4})([-_.]?)(\\d{2})\\2(\\d{2})"
            + "(?:[-_.T @]{0,2}(\\d{2})([-_.:h]?)(\\d{2})(?:\\6(\\d{2}))?(?:[.,]\\d{1,9})?(Z|[-_. ]?UTC)?)?(?!\\d)");
    private static final int OLDEST_YEAR = 1990;

    private NameTime() {}

    /**
     * The first time in {@code name} that is possible and not later than {@code now}. A name without an offset is read
     * in {@code zone}. A date alone stands for {@code modified} if that lies on this day, else for the day's begin.
     */
    static Optional<Instant> inName(String name, Instant modified, Instant now, ZoneId zone) {
        Matcher matcher = IN_NAME.matcher(name);
        while (matcher.find()) {
            Optional<Instant> time = time(matcher, modified, zone);
            if (time.isPresent() && !time.get().isAfter(now)) {
                return time;
            }
        }
        return Optional.empty();
    }

    private static Optional<Instant> time(Matcher matcher, Instant modified, ZoneId zone) {
        LocalDate date;
        try {
            date = LocalDate.of(number(matcher, 1), number(matcher, 3), number(matcher, 4));
        } catch (DateTimeException notADate) {
            return Optional.empty();
        }
        if (date.getYear() < OLDEST_YEAR) {
            return Optional.empty();
        }
        int hour = number(matcher, 5);
        int minute = number(matcher, 7);
        int second = number(matcher, 8);
        if (matcher.group(5) != null && hour < 24 && minute < 60 && second < 60) {
            ZoneId written = matcher.group(9) == null ? zone : ZoneOffset.UTC;
            return Optional.of(date.atTime(LocalTime.of(hour, minute, second))
                    .atZone(written)
                    .toInstant());
        }
        ZonedDateTime file = modified.atZone(zone);
        return Optional.of(
                file.toLocalDate().equals(date)
                        ? modified
                        : date.atStartOfDay(zone).toInstant());
    }

    private static int number(Matcher matcher, int group) {
        return matcher.group(group) == null ? 0 : Integer.parseInt(matcher.group(group));
    }

    /** A time as sidecars write it: ISO with or without offset, or seconds or milliseconds since 1970. */
    static Optional<Instant> inField(String text, Instant now, ZoneId zone) {
        return parse(text.strip(), zone)
                .filter(time -> !time.isAfter(now)
                        && time.isAfter(LocalDate.of(OLDEST_YEAR, 1, 1)
                                .atStartOfDay(ZoneOffset.UTC)
                                .toInstant()));
    }

    private static Optional<Instant> parse(String text, ZoneId zone) {
        if (text.matches("\\d{9,13}(\\.\\d+)?")) {
            long number = Long.parseLong(text.replaceFirst("\\..*", ""));
            return Optional.of(number > 99_999_999_999L ? Instant.ofEpochMilli(number) : Instant.ofEpochSecond(number));
        }
        String iso = text.replaceFirst("^(\\d{4}-\\d{2}-\\d{2})[ _](?=\\d)", "$1T")
                .replaceFirst(" ?UTC$", "Z")
                .replaceFirst(" (?=[+-]\\d)", "")
                .replaceFirst("([+-]\\d{2})(\\d{2})$", "$1:$2");
        try {
            return Optional.of(OffsetDateTime.parse(iso).toInstant());
        } catch (DateTimeParseException withoutOffset) {
            return parseLocal(iso, zone);
        }
    }

    private static Optional<Instant> parseLocal(String iso, ZoneId zone) {
        try {
            return Optional.of((iso.length() == 10
                            ? LocalDate.parse(iso).atStartOfDay()
                            : LocalDateTime.parse(iso, DateTimeFormatter.ISO_LOCAL_DATE_TIME))
                    .atZone(zone)
                    .toInstant());
        } catch (DateTimeParseException notATime) {
            return Optional.empty();
        }
    }
}
