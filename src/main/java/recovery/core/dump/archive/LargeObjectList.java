package recovery.core.dump.archive;

import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;

/** The numbers of large objects, one on each line, which version 1.16 has in place of a definition. For one thread. */
final class LargeObjectList {
    private static final int MOST_DIGITS = 10;

    private final InputStream text;
    private final long position;

    LargeObjectList(InputStream text, long position) {
        this.text = text instanceof java.io.ByteArrayInputStream ? text : new java.io.BufferedInputStream(text);
        this.position = position;
    }

    /** The next number; empty at the end. */
    Optional<String> next() throws IOException {
        StringBuilder number = new StringBuilder();
        for (int c = text.read(); c >= 0; c = text.read()) {
            if (c >= '0' && c <= '9' && number.length() < MOST_DIGITS) {
                number.append((char) c);
            } else if (c != '\n') {
                throw ArchiveProblems.damaged("a list of large objects holds something else", position);
            } else if (!number.isEmpty()) {
                break;
            }
        }
        return number.isEmpty() ? Optional.empty() : Optional.of(number.toString());
    }
}
