package recovery.core.target.sqlite;

import static recovery.core.error.ErrorCode.DATABASE_IN_USE;
import static recovery.core.error.ErrorCode.REQUEST_UNUSABLE;
import static recovery.core.error.ErrorCode.RIGHTS_MISSING;
import static recovery.core.error.RecoveryException.problem;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import recovery.core.backup.BackupFormat;
import recovery.core.error.RecoveryException;
import recovery.core.inspect.Inspection;
import recovery.core.layer.Volume;
import recovery.core.target.LoadOptions;
import recovery.core.target.Survey;

/** Whether the folder of the live file can be swapped for that of a volume. Changes nothing. For one survey. */
final class VolumeSurvey {
    private static final String FILE_ALONE = "Leave out --whole-volume: then the database alone is restored.";

    private final VolumePlace place;
    private final List<Path> own;
    private final List<String> leftovers;
    private final List<RecoveryException> refusals = new ArrayList<>();

    /** {@code own}: folders of this program. */
    VolumeSurvey(VolumePlace place, List<Path> own, List<String> leftovers) {
        this.place = place;
        this.own = own;
        this.leftovers = leftovers;
    }

    /** {@code file}: what is known of the live file. */
    Survey of(Inspection backup, LoadOptions options, Survey file) {
        refusals.addAll(file.refusals());
        checkBackup(backup, options);
        checkFolder();
        List<String> users = new ArrayList<>(file.sessions());
        if (users.isEmpty()) {
            users.addAll(VolumeFacts.users(place.folder()));
            if (!users.isEmpty()) {
                refusals.add(inUse(place.folder(), users));
            }
        }
        return new Survey(
                file.serverVersion(),
                Files.isDirectory(place.folder()),
                file.liveSizeBytes(),
                file.spaceNeededBytes(),
                file.freeBytes(),
                users,
                leftovers,
                file.notes(),
                refusals);
    }

    static RecoveryException inUse(Path folder, List<String> users) {
        return problem(DATABASE_IN_USE, "files in '%s' are open in %s", folder, String.join(", ", users))
                .remedy("Stop that program, then start the restore again.", FILE_ALONE);
    }

    private void checkBackup(Inspection backup, LoadOptions options) {
        if (backup.format() != BackupFormat.SQLITE_DATABASE
                || backup.databases().isEmpty()) {
            refusals.add(problem(REQUEST_UNUSABLE, "'%s' is no archive of a volume", backup.backup())
                    .remedy(FILE_ALONE));
            return;
        }
        if (options.files().salvage()) {
            refusals.add(problem(REQUEST_UNUSABLE, "a volume cannot be salvaged as a whole")
                    .remedy(FILE_ALONE));
        }
        Optional<String> named = options.choice().database().map(Volume::plain);
        boolean fits = named.isPresent()
                ? isLive(named.get())
                : backup.databases().stream().anyMatch(this::isLive);
        if (!fits) {
            refusals.add(otherName(named.orElse(backup.databases().get(0)), place));
        }
    }

    private boolean isLive(String path) {
        return isNamed(path, place);
    }

    static boolean isNamed(String path, VolumePlace place) {
        return path.substring(path.lastIndexOf('/') + 1).equals(place.liveName());
    }

    static RecoveryException otherName(String path, VolumePlace place) {
        return problem(
                        REQUEST_UNUSABLE,
                        "the database of the volume is called '%s' and the live file '%s', so nobody would find it in the restored folder",
                        path,
                        place.liveName())
                .remedy(FILE_ALONE);
    }

    private void checkFolder() {
        Path folder = place.folder();
        if (place.above().isEmpty() || folder.equals(Path.of(System.getProperty("user.home")))) {
            refusals.add(problem(REQUEST_UNUSABLE, "the live file lies in '%s', which cannot be swapped", folder)
                    .remedy(FILE_ALONE));
            return;
        }
        Path above = place.above().get();
        if (!Files.isWritable(above)) {
            refusals.add(problem(RIGHTS_MISSING, "this program may not write into the folder '%s'", above)
                    .remedy(
                            "Give this program's user the right to write there: the new folder is made beside the live one.",
                            FILE_ALONE));
        }
        VolumeFacts.mount(folder)
                .ifPresent(
                        mounted -> refusals.add(
                                problem(
                                                REQUEST_UNUSABLE,
                                                "a disk or volume is mounted at '%s', and a folder with one cannot be renamed",
                                                mounted)
                                        .remedy(
                                                FILE_ALONE,
                                                "Or run this program where the volume itself lies, and name the live file there: for example in /var/lib/docker/volumes.")));
        own.stream()
                .filter(mine -> isWithin(mine, folder))
                .findFirst()
                .ifPresent(mine -> refusals.add(problem(
                                REQUEST_UNUSABLE,
                                "the folder '%s' of this program lies in '%s', which would be swapped",
                                mine,
                                folder)
                        .remedy(
                                "Set BACKUP_DIR, LOG_DIR and STATE_DIR to folders elsewhere and move what is in them.",
                                FILE_ALONE)));
    }

    private static boolean isWithin(Path mine, Path folder) {
        try {
            return mine.toRealPath().startsWith(folder);
        } catch (IOException absent) {
            return mine.toAbsolutePath().normalize().startsWith(folder);
        }
    }
}
