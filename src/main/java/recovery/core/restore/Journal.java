package recovery.core.restore;

import static java.nio.charset.StandardCharsets.UTF_8;
import static recovery.core.error.ErrorCode.DISK_FULL;
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
import recovery.core.backup.FolderSync;
import recovery.core.error.RecoveryException;
import recovery.core.error.Why;

/**
 * What one restore does, written to disk before it does it: plain {@code key=value} lines, of which the last one of a
 * key counts. Lines are only ever added, and each is forced to disk before the call returns; no byte is ever changed or
 * taken away.
 *
 * <p>A line without its line feed was cut off by a crash or a full disk and does not count. Before anything is written
 * behind it, it is ended by a mark that no value holds, and does not count either. For one thread.
 */
final class Journal implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(Journal.class.getName());

    /** The character that cancels what stands before it in its line. */
    private static final char CANCELLED = '\u0018';

    private final FileChannel file;
    private final Path path;
    private boolean torn;

    private Journal(FileChannel file, Path path, boolean torn) {
        this.file = file;
        this.path = path;
        this.torn = torn;
    }

    /**
     * Creates the journal, durably; {@code java.nio.file.FileAlreadyExistsException} if another restore has taken the
     * name.
     */
    static Journal create(Path path) throws IOException {
        FileChannel file = FileChannel.open(path, StandardOpenOption.CREATE_NEW, StandardOpenOption.APPEND);
        FolderSync.force(path.getParent());
        return new Journal(file, path, false);
    }

    /** Opens the journal of a restore that was cut off, to write its end. */
    static Journal append(Path path) throws IOException {
        byte[] bytes = Files.readAllBytes(path);
        FileChannel file = FileChannel.open(path, StandardOpenOption.APPEND);
        return new Journal(file, path, wholeLines(bytes) < bytes.length);
    }

    /** Adds one line and forces it to disk. */
    void write(String key, String value) {
        write(Map.of(key, value));
    }

    /**
     * Adds lines that belong together, in the order of the map, and forces them to disk at once. A crash may leave the
     * first of them without the last.
     *
     * @throws recovery.core.error.RecoveryException DISK_FULL or FILE_NOT_ACCESSIBLE; then none of them counts for sure
     */
    void write(Map<String, String> lines) {
        StringBuilder text = new StringBuilder(torn ? CANCELLED + "\n" : "");
        lines.forEach((key, value) ->
                text.append(key).append('=').append(escape(value)).append('\n'));
        ByteBuffer bytes = ByteBuffer.wrap(text.toString().getBytes(UTF_8));
        try {
            // until all of it is on the disk, the end of the file is anything
            torn = true;
            while (bytes.hasRemaining()) {
                file.write(bytes);
            }
            file.force(true);
            torn = false;
        } catch (IOException e) {
            throw notWritten(path, e);
        }
    }

    /** The error for a journal that cannot be created or written. */
    static RecoveryException notWritten(Path path, IOException e) {
        return problem(
                        Why.isFullDisk(e) ? DISK_FULL : FILE_NOT_ACCESSIBLE,
                        "the journal '%s' cannot be written: %s",
                        path,
                        Why.of(e))
                .causedBy(e)
                .remedy("Free space on the disk of the state directory, or point STATE_DIR to another one.");
    }

    /** Closes and deletes a journal in which no step has begun. */
    void abandon() {
        try (file) {
            Files.deleteIfExists(path);
        } catch (IOException stays) {
            LOG.log(System.Logger.Level.WARNING, "an empty journal stays behind: " + path, stays);
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
            if (equals > 0 && line.charAt(line.length() - 1) != CANCELLED) {
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
        return value.replace("\\", "\\\\")
                .replace("\n", "\\n")
                .replace("\r", "\\r")
                .replace(String.valueOf(CANCELLED), "\\c");
    }

    private static String unescape(String value) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c == '\\' && i + 1 < value.length()) {
                char next = value.charAt(++i);
                text.append(
                        switch (next) {
                            case 'n' -> '\n';
                            case 'r' -> '\r';
                            case 'c' -> CANCELLED;
                            default -> next;
                        });
            } else {
                text.append(c);
            }
        }
        return text.toString();
    }
}
