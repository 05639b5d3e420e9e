package recovery.core.restore;

import java.util.List;

/**
 * A file that holds the live database as it was, as a report tells of it.
 *
 * @param file its name in the backup directory
 * @param method how it was written, e.g. {@code pg_dump 15.18}
 * @param exact everything comes back as it was
 * @param bringsBack {@code everything}, {@code other definitions} or {@code rows}
 * @param sentences what it can bring back, for the operator; what differs is named
 */
public record SafetyCopy(
        String file,
        long sizeBytes,
        String sha256,
        boolean encrypted,
        String method,
        boolean exact,
        String bringsBack,
        List<String> sentences) {
    public SafetyCopy {
        sentences = List.copyOf(sentences);
    }
}
