package recovery.core.dump.archive;

import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;

/**
 * How many large objects the definitions of an archive create. A list of their files that was cut between two lines
 * shows itself by this alone. Stateless.
 */
final class LargeObjectCount {
    private LargeObjectCount() {}

    /** Refuses lists that name another number of large objects; an archive of data alone creates none. */
    static void check(Toc toc, TocText text, long listed, long position) throws IOException {
        long created = 0;
        for (TocEntry entry : toc.entries()) {
            if (entry.kind().equals("BLOB")) {
                created++;
            } else if (entry.kind().equals("BLOB METADATA")) {
                created += lines(entry.texts().definition(), text);
            }
        }
        if (created > 0 && created != listed) {
            throw ArchiveProblems.truncated(
                    "with the data of %d large objects, and %d belong to it".formatted(listed, created), position);
        }
    }

    private static long lines(Slice definition, TocText text) throws IOException {
        try (InputStream list = text.open(definition)) {
            LargeObjectList numbers = new LargeObjectList(list, definition.at());
            long count = 0;
            for (Optional<String> next = numbers.next(); next.isPresent(); next = numbers.next()) {
                count++;
            }
            return count;
        }
    }
}
