package recovery.cli;

import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import recovery.core.backup.Backup;
import recovery.core.backup.BackupFormat;
import recovery.core.backup.Compression;
import recovery.core.backup.Contents;
import recovery.core.backup.Engine;

/** Sizes, times and backups as people read them. */
final class Words {
    private static final String[] UNITS = {"bytes", "KB", "MB", "GB", "TB", "PB", "EB"};

    private Words() {}

    /** Names come from files: what would move the cursor, end the line or turn the text around is shown as '?'. */
    static String printable(String text) {
        return text.replaceAll("[\\p{Cc}\\p{Cf}\\p{Zl}\\p{Zp}]", "?");
    }

    /** The same for a text of several lines. */
    static String lines(String text) {
        return text.replaceAll("[\\p{Cc}\\p{Cf}\\p{Zl}\\p{Zp}&&[^\n]]", "?");
    }

    /** {@code 1 table}, {@code 2 tables}. */
    static String plural(long count, String thing) {
        return count(count) + " " + thing + (count == 1 ? "" : "s");
    }

    /** {@code 1.4 GB}; a unit is 1024 of the one before it. */
    static String size(long bytes) {
        double amount = bytes;
        int unit = 0;
        while (amount >= 1000 && unit < UNITS.length - 1) {
            amount /= 1024;
            unit++;
        }
        String pattern = unit == 0 || amount >= 100 ? "%.0f %s" : "%.1f %s";
        return String.format(Locale.ROOT, pattern, amount, UNITS[unit]);
    }

    static String count(long number) {
        return String.format(Locale.ROOT, "%,d", number);
    }

    /** {@code 3 hours}, the largest unit of which there are two, so that the number says something. */
    static String age(Instant time, Instant now) {
        long seconds = Duration.between(time, now).toSeconds();
        if (seconds < 0) {
            return "in the future";
        }
        if (seconds < 120) {
            return plural(seconds, "second");
        }
        if (seconds < 2 * 3600) {
            return seconds / 60 + " minutes";
        }
        return seconds < 2 * 86_400 ? seconds / 3600 + " hours" : seconds / 86_400 + " days";
    }

    /** {@code 850 ms}, {@code 4.2 s}, {@code 3 min 20 s}, {@code 2 h 5 min}. */
    static String duration(long millis) {
        if (millis < 1000) {
            return millis + " ms";
        }
        if (millis < 60_000) {
            return String.format(Locale.ROOT, "%.1f s", millis / 1000.0);
        }
        long seconds = millis / 1000;
        return seconds < 3600
                ? "%d min %d s".formatted(seconds / 60, seconds % 60)
                : "%d h %d min".formatted(seconds / 3600, seconds % 3600 / 60);
    }

    /** {@code PostgreSQL SQL script, gzip}. */
    static String what(Backup backup) {
        if (backup.encrypted() && backup.format() == BackupFormat.UNKNOWN) {
            return "encrypted";
        }
        StringBuilder text = new StringBuilder();
        // the title of a database file names its engine already
        backup.engine()
                .map(Engine::title)
                .filter(engine -> !backup.format().title().contains(engine))
                .ifPresent(engine -> text.append(engine).append(' '));
        text.append(backup.format().title());
        if (backup.compression() != Compression.NONE) {
            text.append(", ").append(backup.compression());
        }
        if (backup.encrypted()) {
            text.append(", encrypted");
        }
        if (backup.contents() == Contents.SCHEMA || backup.contents() == Contents.DATA) {
            text.append(backup.contents() == Contents.SCHEMA ? ", without rows" : ", rows only");
        }
        return text.toString();
    }
}
