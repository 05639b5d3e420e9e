package recovery.core.backup;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import recovery.core.backup.Folder.FileFacts;
import recovery.core.error.RecoveryException;

/** Looks into files and remembers what it saw for as long as size and time of a file stay the same. Any thread may use it. */
final class Looks {
    static final String NO_RIGHT = "the user of this program has no right to read the file";
    static final String CANNOT_BE_READ = "the file cannot be read";

    private final BehindLayers behindLayers;
    private final Map<String, Seen> seen = new ConcurrentHashMap<>();

    Looks(BehindLayers behindLayers) {
        this.behindLayers = behindLayers;
    }

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
        Look look = head(file);
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
        try (InputStream script = behindLayers.open(file.path())) {
            look = look.with(ContentsLook.at(script, allowed.toNanos()));
        } catch (IOException unreadable) {
            look = unreadable(unreadable);
        } catch (RecoveryException changedMeanwhile) {
            look = look.with(Contents.UNKNOWN);
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

    private Look head(FileFacts file) {
        if (file.folder()) {
            try {
                return ArchiveFolder.look(file.path());
            } catch (IOException e) {
                return unreadable(e);
            }
        }
        try (InputStream in = Files.newInputStream(file.path(), LinkOption.NOFOLLOW_LINKS)) {
            byte[] head = in.readNBytes(FirstBytes.ENOUGH);
            return FirstBytes.look(
                    head,
                    head.length < FirstBytes.ENOUGH ? head.length : file.sizeBytes(),
                    () -> behindLayers.open(file.path()));
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
}
