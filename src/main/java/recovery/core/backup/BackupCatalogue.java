package recovery.core.backup;

import static recovery.core.error.ErrorCode.BACKUP_NOT_FOUND;
import static recovery.core.error.RecoveryException.problem;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import recovery.core.backup.Folder.FileFacts;
import recovery.core.error.RecoveryException;

/**
 * The backup directory. A subfolder that pg_dump wrote is one backup; others and symbolic links are not followed;
 * sidecars, logs of database files, hidden files and README.md are not listed. Remembers in memory what it saw in a file until the file changes. Any thread may use it.
 */
public final class BackupCatalogue {
    private static final Comparator<Backup> NEWEST_FIRST =
            Comparator.comparing(Backup::taken).reversed().thenComparing(Backup::name);
    private static final int LONGEST_NAME_BYTES = 255;

    /** A file written to so lately may still be written to. */
    private static final Duration FRESH = Duration.ofSeconds(5);

    private static final Duration LISTED_RECENTLY = Duration.ofSeconds(15);
    private static final Duration SECOND_LOOK_AFTER = Duration.ofMillis(120);
    private static final Duration DEEP_LOOKS_OF_LIST = Duration.ofMillis(200);
    private static final Duration DEEP_LOOK_OF_FIND = Duration.ofSeconds(2);

    private final Path directory;
    private final Clock clock;
    private final Looks looks;

    public BackupCatalogue(Path directory, BehindLayers behindLayers) {
        this(directory, behindLayers, Clock.system(ZoneId.systemDefault()));
    }

    BackupCatalogue(Path directory, BehindLayers behindLayers, Clock clock) {
        this.directory = directory;
        this.clock = clock;
        this.looks = new Looks(behindLayers);
    }

    public Path directory() {
        return directory;
    }

    /**
     * All files, newest first; half-written ones are listed as not restorable. Does not wait: in a large directory the
     * contents of older backups may be UNKNOWN at the first call.
     *
     * @throws RecoveryException FILE_NOT_ACCESSIBLE if the directory cannot be read
     */
    public List<Backup> list() {
        Folder folder = Folder.read(directory);
        Sidecars sidecars = new Sidecars(folder);
        Instant now = clock.instant();
        List<Listed> files = new ArrayList<>(folder.names().parallelStream()
                .filter(name -> !sidecars.isSidecar(name))
                .flatMap(name -> folder.file(name).stream())
                .map(file -> listed(file, folder, sidecars, now))
                .toList());
        looks.keep(folder.names());
        files.sort(Comparator.comparing(Listed::backup, NEWEST_FIRST));
        long begin = System.nanoTime();
        return files.stream().map(file -> lookedInto(file, begin, now)).toList();
    }

    private record Listed(FileFacts file, Sidecar sidecar, Backup backup) {}

    private Listed listed(FileFacts file, Folder folder, Sidecars sidecars, Instant now) {
        boolean growing = isFresh(file, now) && looks.hasGrown(file, now, LISTED_RECENTLY);
        Sidecar sidecar = Sidecar.read(file.name(), folder, sidecars);
        Look look = looks.quick(file, now);
        return new Listed(file, sidecar, backup(file, look, growing, sidecar, now));
    }

    private Backup lookedInto(Listed listed, long begin, Instant now) {
        Duration left = DEEP_LOOKS_OF_LIST.minusNanos(System.nanoTime() - begin);
        if (!looks.isOpen(listed.file().name())) {
            return listed.backup();
        }
        Look look = looks.deep(listed.file(), now, left);
        return backup(listed.file(), look, false, listed.sidecar(), now);
    }

    /**
     * The backup of exactly that name. Of a file that was written to just now it takes two looks a moment apart, to see
     * whether it grows.
     *
     * @throws RecoveryException BACKUP_NOT_FOUND unless a backup of that name lies in the directory; {@code name}
     *     is never a path. FILE_NOT_ACCESSIBLE if the directory cannot be read
     */
    public Backup find(String name) {
        Folder folder = Folder.read(directory);
        FileFacts first = Optional.of(name)
                .filter(BackupCatalogue::isName)
                .flatMap(folder::file)
                .orElseThrow(() -> notFound(name, folder));
        FileFacts file = first;
        if (isFresh(first, clock.instant())) {
            pause();
            file = folder.file(name).orElseThrow(() -> notFound(name, folder));
        }
        Instant now = clock.instant();
        Sidecar sidecar = Sidecar.read(name, folder, new Sidecars(folder));
        boolean growing = file.sizeBytes() != first.sizeBytes();
        return backup(file, looks.deep(file, now, DEEP_LOOK_OF_FIND), growing, sidecar, now);
    }

    /**
     * Deletes the backup of exactly that name, with the logs and sidecars that belong to it alone, and makes that last.
     *
     * @throws RecoveryException as {@link #find}; FILE_NOT_ACCESSIBLE if it cannot be deleted
     */
    public void delete(String name) {
        Backup backup = find(name);
        Folder folder = Folder.read(directory);
        Sidecars sidecars = new Sidecars(folder);
        List<Path> own = Stream.concat(
                        sidecars.companions(name).stream(),
                        sidecars.of(name).stream().filter(sidecar -> !sidecars.isShared(sidecar)))
                .map(backup.path()::resolveSibling)
                .toList();
        BackupDeletion.delete(backup.path(), own);
    }

    /** Names only: nothing that could mean another folder, on any system. */
    private static boolean isName(String name) {
        return !name.isEmpty()
                && !name.contains("/")
                && !name.contains("\\")
                && !name.contains("..")
                && name.indexOf('\0') < 0
                && name.getBytes(StandardCharsets.UTF_8).length <= LONGEST_NAME_BYTES;
    }

    private RecoveryException notFound(String name, Folder folder) {
        String shown = name.replaceAll("\\p{Cntrl}", "?");
        if (folder.has(name)) {
            return problem(BACKUP_NOT_FOUND, "'%s' is a folder, a link or something else that is no plain file", shown)
                    .remedy(
                            "Put the file itself into '%s'; links, and folders that pg_dump did not write, are not followed."
                                    .formatted(directory));
        }
        List<String> near = NearestNames.to(name, folder.names());
        String look = "Look at the list of backups; they lie in '%s'.".formatted(directory);
        RecoveryException.Problem problem = problem(
                BACKUP_NOT_FOUND,
                "there is no backup named '%s'",
                shown.length() > 100 ? shown.substring(0, 100) + "…" : shown);
        return near.isEmpty()
                ? problem.remedy(look)
                : problem.remedy(
                        "Did you mean %s?"
                                .formatted(near.stream()
                                        .map(candidate -> "'" + candidate + "'")
                                        .collect(Collectors.joining(" or "))),
                        look);
    }

    private static boolean isFresh(FileFacts file, Instant now) {
        return Duration.between(file.modified(), now).abs().compareTo(FRESH) < 0;
    }

    private static void pause() {
        try {
            Thread.sleep(SECOND_LOOK_AFTER.toMillis());
        } catch (InterruptedException wanted) {
            Thread.currentThread().interrupt();
        }
    }

    private Backup backup(FileFacts file, Look look, boolean growing, Sidecar sidecar, Instant now) {
        Optional<String> unfinished = unfinished(file.name(), growing);
        Optional<String> reason = unfinished.or(look::reason);
        Instant taken = NameTime.inName(file.name(), file.modified(), now, clock.getZone())
                .or(() -> sidecar.taken(now, clock.getZone()))
                .orElse(file.modified());
        return new Backup(
                file.name(),
                file.path(),
                file.sizeBytes(),
                file.modified(),
                taken,
                look.format(),
                look.compression(),
                look.encrypted(),
                look.engine(),
                look.contents() == Contents.UNKNOWN ? sidecar.contents() : look.contents(),
                reason.isEmpty(),
                reason,
                sidecar.sha256(),
                sidecar.metadata());
    }

    private static Optional<String> unfinished(String name, boolean growing) {
        if (name.toLowerCase(Locale.ROOT).endsWith(".part")) {
            return Optional.of("still being written, or cut off: its name ends with '.part'");
        }
        return growing ? Optional.of("still being written") : Optional.empty();
    }
}
