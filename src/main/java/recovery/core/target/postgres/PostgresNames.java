package recovery.core.target.postgres;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.HexFormat;
import java.util.Optional;

/**
 * The names of the databases beside the live one, and how names are quoted. PostgreSQL cuts names after 63 bytes, so a
 * long live name is shortened here; six digits of its hash then keep it apart from others that begin alike.
 */
final class PostgresNames {
    private static final int LIMIT_BYTES = 63;
    private static final String COPY = "_restoring_";
    private static final String PREVIOUS = "_before_";
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("uuuuMMddHHmmss");

    private final String live;

    PostgresNames(String live) {
        this.live = live;
    }

    String copy(String id) {
        return fit(COPY + id);
    }

    String previous(LocalDateTime time) {
        return fit(PREVIOUS + TIME.format(time));
    }

    boolean isCopy(String name) {
        return !idOf(name).isEmpty() && copy(idOf(name)).equals(name);
    }

    /** The restore that made the copy {@code name}; empty if it is not named like one. */
    String idOf(String name) {
        int at = name.lastIndexOf(COPY);
        return at < 0 ? "" : name.substring(at + COPY.length());
    }

    boolean isPrevious(String name) {
        int at = name.lastIndexOf(PREVIOUS);
        return at >= 0
                && name.substring(at + PREVIOUS.length()).matches("[0-9]{14}")
                && fit(name.substring(at)).equals(name);
    }

    /** When what is kept as {@code name} ceased to be live; empty if it is not named like a previous database. */
    Optional<LocalDateTime> timeOf(String name) {
        if (!isPrevious(name)) {
            return Optional.empty();
        }
        try {
            return Optional.of(LocalDateTime.parse(name.substring(name.length() - 14), TIME));
        } catch (DateTimeParseException notATime) {
            return Optional.empty();
        }
    }

    /** The key of the lock that keeps restores of this database apart. */
    long lockKey() {
        byte[] hash = hash("emergency-recovery:" + live);
        long key = 0;
        for (int i = 0; i < Long.BYTES; i++) {
            key = (key << 8) | (hash[i] & 0xFF);
        }
        return key;
    }

    /** As an SQL identifier. */
    static String quoted(String name) {
        return '"' + name.replace("\"", "\"\"") + '"';
    }

    /** As an SQL string, whatever {@code standard_conforming_strings} says. */
    static String literal(String text) {
        String doubled = text.replace("'", "''");
        return doubled.contains("\\") ? " E'" + doubled.replace("\\", "\\\\") + "'" : "'" + doubled + "'";
    }

    /** The longest beginning of {@code text} that takes no more than {@code bytes} in UTF-8, without half a character. */
    static String cut(String text, int bytes) {
        int end = 0;
        int used = 0;
        while (end < text.length()) {
            int point = text.codePointAt(end);
            int size = Character.toString(point).getBytes(UTF_8).length;
            if (used + size > bytes) {
                break;
            }
            used += size;
            end += Character.charCount(point);
        }
        return text.substring(0, end);
    }

    /** With an ending; a long live name is cut for it. */
    String fit(String ending) {
        int room = LIMIT_BYTES - ending.getBytes(UTF_8).length;
        if (live.getBytes(UTF_8).length <= room) {
            return live + ending;
        }
        String mark = "_" + HexFormat.of().formatHex(hash(live), 0, 3);
        return cut(live, Math.max(0, room - mark.length())) + mark + ending;
    }

    private static byte[] hash(String text) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(text.getBytes(UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
