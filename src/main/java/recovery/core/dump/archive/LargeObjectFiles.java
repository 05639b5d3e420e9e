package recovery.core.dump.archive;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The lines of a {@code blobs.toc}: number and file of each large object. For one thread.
 */
final class LargeObjectFiles {
    private static final int LONGEST_LINE = 200;
    private static final Pattern LINE = Pattern.compile("([1-9][0-9]{0,9}) ([A-Za-z0-9_.]{1,100})");
    private static final long LARGEST_OID = 0xFFFFFFFFL;

    private final InputStream in;
    private final String name;
    private long position;

    /** {@code name} of the file, for errors. */
    LargeObjectFiles(InputStream in, String name) {
        this.in = new BufferedInputStream(in);
        this.name = name;
    }

    /** One large object and the name of its file, without what stands for its compression. */
    record LargeObject(long oid, String file) {}

    /** The next line; empty at the end, which is behind a line feed. */
    Optional<LargeObject> next() throws IOException {
        byte[] line = new byte[LONGEST_LINE];
        int length = 0;
        int c = in.read();
        while (c >= 0 && c != '\n' && length < line.length) {
            line[length++] = (byte) c;
            c = in.read();
        }
        position += length + 1;
        if (c < 0 && length == 0) {
            return Optional.empty();
        }
        if (c < 0) {
            throw ArchiveProblems.truncated("inside '%s'".formatted(name), position);
        }
        Matcher matcher = LINE.matcher(new String(line, 0, length, ISO_8859_1));
        if (!matcher.matches() || Long.parseLong(matcher.group(1)) > LARGEST_OID) {
            throw ArchiveProblems.damaged("'%s' has a line that names no large object".formatted(name), position);
        }
        return Optional.of(new LargeObject(Long.parseLong(matcher.group(1)), matcher.group(2)));
    }
}
