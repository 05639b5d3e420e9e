package recovery.core.backup;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.zip.GZIPInputStream;
import recovery.core.backup.Folder.FileFacts;

/** Looks into files and remembers what it saw for as long as size and time of a file stay the same. Any thread may use it. */
final class Looks {
    /** So much of a file is read to find out whether definitions and rows are in it. */
    private static final int DEEP_BYTES = 1024 * 1024;

    private static final int BUFFER_BYTES = 64 * 1024;

    static final String NO_RIGHT = "the user of this program has no right to read the file";
    static final String CANNOT_BE_READ = "the file cannot be read";

    private final Map<String, Seen> seen = new ConcurrentHashMap<>();

    /**
     * @param at when it was looked at
     * @param deep its contents need not be looked at again
     */
    private record Seen(long sizeBytes, Instant modified, Instant at, Look look, boolean deep) {
        boolean is(FileFacts file) {
            return sizeBytes == file.sizeBytes() && modified.equals(file.modified());
        }
    }

    /** Whether the file had another size when it was looked at within {@code recently}. */
    boolean hasGrown(FileFacts file, Instant now, Duration recently) {
        Seen before = seen.get(file.name());
        return before != null
                && before.sizeBytes() != file.sizeBytes()
                && before.at().isAfter(now.minus(recently));
    }

    /** What the first bytes say. */
    Look quick(FileFacts file, Instant now) {
        Seen before = seen.get(file.name());
        if (before != null && before.is(file)) {
            return before.look();
        }
        Look look = head(file.path());
        if (isUnreadable(look)) {
            // not remembered: a right that is given changes neither size nor time
            seen.remove(file.name());
            return look;
        }
        boolean open =
                look.reason().isEmpty() && look.format() == BackupFormat.SQL && look.contents() == Contents.UNKNOWN;
        seen.put(file.name(), new Seen(file.sizeBytes(), file.modified(), now, look, !open));
        return look;
    }

    /** What the first bytes say, and, for as long as {@code allowed}, what is in the script. */
    Look deep(FileFacts file, Instant now, Duration allowed) {
        Look look = quick(file, now);
        Seen before = seen.get(file.name());
        if (before == null || before.deep() || allowed.isNegative()) {
            return look;
        }
        long begin = System.nanoTime();
        try (InputStream head = new Limited(Files.newInputStream(file.path(), LinkOption.NOFOLLOW_LINKS), DEEP_BYTES);
                InputStream script =
                        look.compression() == Compression.GZIP ? new GZIPInputStream(head, BUFFER_BYTES) : head) {
            boolean whole = file.sizeBytes() <= DEEP_BYTES;
            look = look.with(ContentsLook.at(script, whole, allowed.toNanos()));
        } catch (IOException unreadable) {
            look = unreadable(unreadable);
        }
        boolean inTime = System.nanoTime() - begin < allowed.toNanos();
        seen.put(file.name(), new Seen(file.sizeBytes(), file.modified(), now, look, inTime));
        return look;
    }

    /** Whether a deep look at that file would tell more than the last one. */
    boolean isOpen(String name) {
        Seen before = seen.get(name);
        return before != null && !before.deep();
    }

    /** Forgets all other files. */
    void keep(Set<String> names) {
        seen.keySet().retainAll(names);
    }

    private static Look head(Path file) {
        try (InputStream in = Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS)) {
            byte[] head = in.readNBytes(FirstBytes.ENOUGH);
            return FirstBytes.look(head, head.length < FirstBytes.ENOUGH);
        } catch (IOException e) {
            return unreadable(e);
        }
    }

    private static boolean isUnreadable(Look look) {
        return look.reason()
                .filter(reason -> reason.equals(NO_RIGHT) || reason.equals(CANNOT_BE_READ))
                .isPresent();
    }

    static Look unreadable(IOException why) {
        return Look.unknown(why instanceof AccessDeniedException ? NO_RIGHT : CANNOT_BE_READ);
    }

    /** The beginning of a stream. */
    private static final class Limited extends FilterInputStream {
        private int left;

        Limited(InputStream in, int limit) {
            super(in);
            left = limit;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            if (left == 0) {
                return -1;
            }
            int count = in.read(target, offset, Math.min(length, left));
            left -= Math.max(count, 0);
            return count;
        }
    }
}
