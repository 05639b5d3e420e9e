package recovery.core.restore;

import static java.nio.charset.StandardCharsets.UTF_8;
import static recovery.core.error.ErrorCode.FILE_NOT_ACCESSIBLE;
import static recovery.core.error.RecoveryException.problem;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.Map;
import recovery.core.error.Why;

/**
 * What one restore does, written to disk before it does it: plain {@code key=value} lines, of which the last one of a
 * key counts. Lines are only ever added, and each is forced to disk before the call returns.
 *
 * <p>A line without its line feed was cut off by a crash and does not count. For one thread.
 */
final class Journal implements AutoCloseable {
    private final FileChannel file;
    private final Path path;

    private Journal(FileChannel file, Path path) {
        this.file = file;
        this.path = path;
    }

    /** Creates the journal; {@code java.nio.file.FileAlreadyExistsException} if another restore has taken the name. */
    static Journal create(Path path) throws IOException {
        return new Journal(FileChannel.open(path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), path);
    }

    /** Opens the journal of a restore that was cut off, to write its end. */
    static Journal append(Path path) throws IOException {
        Journal journal = new Journal(FileChannel.open(path, StandardOpenOption.WRITE), path);
        journal.file.position(wholeLines(Files.readAllBytes(path)));
        journal.file.truncate(journal.file.position());
        return journal;
    }

    /** Adds one line and forces it to disk. */
    void write(String key, String value) {
        write(Map.of(key, value));
    }

    /** Adds lines that belong together and forces them to disk at once. */
    void write(Map<String, String> lines) {
        StringBuilder text = new StringBuilder();
        lines.forEach((key, value) ->
                text.append(key).append('=').append(escape(value)).append('\n'));
        ByteBuffer bytes = ByteBuffer.wrap(text.toString().getBytes(UTF_8));
        try {
            while (bytes.hasRemaining()) {
                file.write(bytes);
            }
            file.force(true);
        } catch (IOException e) {
            throw problem(FILE_NOT_ACCESSIBLE, "the journal '%s' cannot be written: %s", path, Why.of(e))
                    .causedBy(e)
                    .remedy("Free space on the disk of the state directory, or point STATE_DIR to another one.");
        }
    }

    @Override
    public void close() {
        try {
            file.close();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    /** The last value of each key, without a torn last line. */
    static Map<String, String> read(Path path) throws IOException {
        byte[] bytes = Files.readAllBytes(path);
        Map<String, String> values = new LinkedHashMap<>();
        for (String line : new String(bytes, 0, wholeLines(bytes), UTF_8).split("\n")) {
            int equals = line.indexOf('=');
            if (equals > 0) {
                values.put(line.substring(0, equals), unescape(line.substring(equals + 1)));
            }
        }
        return values;
    }

    private static int wholeLines(byte[] bytes) {
        int end = bytes.length;
        while (end > 0 && bytes[end - 1] != '\n') {
            end--;
        }
        return end;
    }

    private static String escape(String value) {
        return value.replace("\\", "\\\\").replace("\n", "\\n").replace("\r", "\\r");
    }

    private static String unescape(String value) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c == '\\' && i + 1 < value.length()) {
                char next = value.charAt(++i);
                text.append(next == 'n' ? '\n' : next == 'r' ? '\r' : next);
            } else {
                text.append(c);
            }
        }
        return text.toString();
    }
}
