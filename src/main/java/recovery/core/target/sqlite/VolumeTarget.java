package recovery.core.target.sqlite;

import static recovery.core.error.ErrorCode.DATABASE_IN_USE;
import static recovery.core.error.ErrorCode.FILE_NOT_ACCESSIBLE;
import static recovery.core.error.ErrorCode.NAME_TAKEN;
import static recovery.core.error.ErrorCode.REQUEST_UNUSABLE;
import static recovery.core.error.RecoveryException.problem;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Supplier;
import recovery.core.error.Why;
import recovery.core.inspect.Inspection;
import recovery.core.target.CutSwap;
import recovery.core.target.LoadOptions;
import recovery.core.target.OtherStrategy;
import recovery.core.target.Strategy;
import recovery.core.target.Survey;
import recovery.core.target.TargetCopy;

/**
 * The folder of the live file as a whole: the copy is a folder beside it that holds every file of a volume, and the swap
 * renames folders. Names are those of folders beside that of the live file. All else is as for the file.
 */
final class VolumeTarget extends OtherStrategy {
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyyyMMddHHmmss", Locale.ROOT);

    private final SqliteTarget file;
    private final Supplier<DatabaseFolder> folder;
    private final Object liveFile;
    private final List<Path> own;
    private final FileSteps.Renamer renamer;

    /**
     * @param folder of the live file, looked at anew each time
     * @param liveFile taken by everything that locks the live file
     * @param own folders of this program, which must not be swapped away
     */
    VolumeTarget(
            SqliteTarget file,
            Supplier<DatabaseFolder> folder,
            Object liveFile,
            List<Path> own,
            FileSteps.Renamer renamer) {
        super(file, Strategy.VOLUME);
        this.file = file;
        this.folder = folder;
        this.liveFile = liveFile;
        this.own = List.copyOf(own);
        this.renamer = renamer;
    }

    private VolumePlace place() {
        return new VolumePlace(folder.get());
    }

    @Override
    public Survey survey(Inspection backup, LoadOptions options) {
        return new VolumeSurvey(place(), own, leftovers()).of(backup, options, file.survey(backup, options));
    }

    @Override
    public String copyName(String id) {
        return place().copyName(id);
    }

    @Override
    public String previousName(LocalDateTime time) {
        return place().previousName(TIME.format(time));
    }

    /** The live name is that of the file, all others are those of folders. */
    @Override
    public boolean exists(String name) {
        return name.equals(name())
                ? DatabaseFolder.present(folder.get().live())
                : place().above().isPresent() && DatabaseFolder.present(place().beside(name));
    }

    @Override
    public List<String> leftovers() {
        VolumePlace place = place();
        String holder = SqliteLock.holder(folder.get().live()).orElse("");
        String begin = place.copyName("");
        return place.foldersBeside(begin).stream()
                .filter(copy -> !holder.contains(copy.substring(begin.length())))
                .toList();
    }

    @Override
    public TargetCopy createCopy(String name) {
        Path copy = place().beside(name);
        try {
            FileRights.createPrivateFolder(copy);
            return new VolumeCopy(copy, folder.get());
        } catch (FileAlreadyExistsException there) {
            throw problem(NAME_TAKEN, "'%s' exists already", copy)
                    .causedBy(there)
                    .remedy("Remove the leftovers of broken restores, then start again.");
        } catch (IOException failed) {
            throw problem(FILE_NOT_ACCESSIBLE, "cannot create the folder '%s': %s", copy, Why.of(failed))
                    .causedBy(failed)
                    .remedy("Give this program's user the right to write into the folder '%s'."
                            .formatted(copy.getParent()));
        }
    }

    @Override
    public SwapResult swap(String incoming, String keepLiveAs) {
        synchronized (liveFile) {
            return new VolumeSwap(place(), folder.get(), renamer).swap(incoming, keepLiveAs);
        }
    }

    @Override
    public List<String> mend() {
        return List.of();
    }

    @Override
    public List<String> settle(CutSwap swap) {
        if (swap.keepLiveAs().isEmpty()) {
            return List.of();
        }
        synchronized (liveFile) {
            return new VolumeSwap(place(), folder.get(), renamer).takeBack(swap.incoming(), swap.keepLiveAs());
        }
    }

    @Override
    public void drop(String copyName) {
        VolumePlace place = place();
        if (!place.isCopy(copyName)) {
            throw problem(REQUEST_UNUSABLE, "'%s' is not a copy of a restore, so it is not deleted", copyName)
                    .remedy("Name one of the leftovers; live and previous folders are never deleted here.");
        }
        place.delete(place.beside(copyName));
    }

    @Override
    public List<Previous> previousOnes() {
        VolumePlace place = place();
        List<Previous> found = new ArrayList<>();
        for (String name : place.foldersBeside(place.previousName(""))) {
            since(name).ifPresent(since -> found.add(new Previous(name, since, size(place.beside(name)))));
        }
        found.sort(Comparator.comparing(Previous::since).thenComparing(Previous::name));
        return found;
    }

    @Override
    public void dropPrevious(String name) {
        if (since(name).isEmpty()) {
            throw problem(REQUEST_UNUSABLE, "'%s' is not the name of a previous folder", name)
                    .remedy("Delete other folders by hand.");
        }
        Path previous = place().beside(name);
        List<String> users = VolumeFacts.users(previous);
        if (!users.isEmpty()) {
            throw problem(
                            DATABASE_IN_USE,
                            "files in '%s' are open in %s, and it was not deleted",
                            name,
                            String.join(", ", users))
                    .remedy("Stop that program, or keep the folder.");
        }
        place().delete(previous);
    }

    /** Folders of others may begin alike. */
    private Optional<LocalDateTime> since(String name) {
        String begin = place().previousName("");
        try {
            return name.startsWith(begin)
                    ? Optional.of(LocalDateTime.parse(name.substring(begin.length()), TIME))
                    : Optional.empty();
        } catch (DateTimeParseException notOurs) {
            return Optional.empty();
        }
    }

    private static OptionalLong size(Path previous) {
        try {
            return OptionalLong.of(VolumeFacts.sizeBytes(previous));
        } catch (IOException unreadable) {
            return OptionalLong.empty();
        }
    }
}
