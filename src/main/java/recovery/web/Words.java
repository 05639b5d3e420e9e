package recovery.web;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** Sizes, times and durations as people write them. */
final class Words {
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("d MMM uuuu, HH:mm:ss", Locale.ENGLISH);
    private static final String[] UNITS = {"kB", "MB", "GB", "TB", "PB"};

    private Words() {}

    static String size(long bytes) {
        if (bytes < 1000) {
            return bytes == 1 ? "1 byte" : bytes + " bytes";
        }
        double value = bytes / 1000.0;
        int unit = 0;
        while (value >= 999.5 && unit < UNITS.length - 1) {
            value /= 1000;
            unit++;
        }
        return String.format(Locale.ROOT, value < 9.95 ? "%.1f %s" : "%.0f %s", value, UNITS[unit]);
    }

    static String number(long number) {
        return String.format(Locale.ENGLISH, "%,d", number);
    }

    /** A point in time with its zone. */
    static String time(Instant instant) {
        ZoneId zone = ZoneId.systemDefault();
        String place = zone.getId().equals("Z") || zone.getId().equals("Etc/UTC") ? "UTC" : zone.getId();
        return TIME.format(instant.atZone(zone)) + " " + place;
    }

    /** How long ago, in one unit. */
    static String age(Instant then, Instant now) {
        long seconds = Duration.between(then, now).toSeconds();
        if (seconds < 0) {
            return "in the future";
        }
        if (seconds < 60) {
            return "less than a minute old";
        }
        if (seconds < 2 * 3600) {
            return plural(seconds / 60, "minute") + " old";
        }
        if (seconds < 2 * 86_400) {
            return plural(seconds / 3600, "hour") + " old";
        }
        return plural(seconds / 86_400, "day") + " old";
    }

    static String milliseconds(long ms) {
        return ms < 1000
                ? ms + " ms"
                : ms < 60_000 ? String.format(Locale.ROOT, "%.1f s", ms / 1000.0) : seconds(ms / 1000);
    }

    static String seconds(long seconds) {
        if (seconds < 60) {
            return seconds + " s";
        }
        if (seconds < 3600) {
            return "%d min %d s".formatted(seconds / 60, seconds % 60);
        }
        return "%d h %d min".formatted(seconds / 3600, seconds % 3600 / 60);
    }

    static String plural(long count, String thing) {
        return number(count) + " " + thing + (count == 1 ? "" : "s");
    }

    /** A problem as a sentence: problems are written in lower case without a full stop. */
    static String sentence(String problem) {
        if (problem.isEmpty()) {
            return "";
        }
        String end = problem.endsWith(".") ? "" : ".";
        return Character.toUpperCase(problem.charAt(0)) + problem.substring(1) + end;
    }
}
