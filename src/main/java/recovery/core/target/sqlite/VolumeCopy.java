package recovery.core.target.sqlite;

import static recovery.core.error.ErrorCode.DATABASE_NOT_CHOSEN;
import static recovery.core.error.ErrorCode.REQUEST_UNUSABLE;
import static recovery.core.error.RecoveryException.problem;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import recovery.core.backup.Backup;
import recovery.core.backup.FolderSync;
import recovery.core.error.Note;
import recovery.core.error.RecoveryException;
import recovery.core.error.Why;
import recovery.core.layer.BackupStream;
import recovery.core.layer.Volume;
import recovery.core.layer.VolumeFiles;
import recovery.core.target.CopyFacts;
import recovery.core.target.LoadOptions;
import recovery.core.target.LoadResult;
import recovery.core.target.LoadWatch;
import recovery.core.target.TargetCopy;

/** The folder beside that of the live file, with all files of a volume; the database in it is checked like any copy. */
final class VolumeCopy implements TargetCopy {
    private final Path whole;
    private final DatabaseFolder live;
    private final SqliteCopy database;

    /** {@code whole}: empty, and nobody's but this program's. */
    VolumeCopy(Path whole, DatabaseFolder live) {
        this.whole = whole;
        this.live = live;
        this.database = new SqliteCopy(
                new DatabaseFolder(whole.resolve(live.liveName())), live.liveName(), MemoryLimit.usual());
    }

    @Override
    public String name() {
        return whole.getFileName().toString();
    }

    @Override
    public LoadResult load(Backup backup, BackupStream stream, LoadOptions options, LoadWatch watch)
            throws IOException {
        Volume volume = stream.volume()
                .orElseThrow(() -> problem(REQUEST_UNUSABLE, "'%s' is no archive of a volume", backup.name())
                        .remedy("Leave out --whole-volume: then the database alone is restored."));
        if (volume.undecided()) {
            throw problem(DATABASE_NOT_CHOSEN, "'%s' holds several databases, and none was chosen", backup.name())
                    .remedy("Say which one, for example with: --database \"%s\"".formatted(volume.database()));
        }
        VolumePlace place = new VolumePlace(live);
        if (!VolumeSurvey.isNamed(volume.database(), place)) {
            throw VolumeSurvey.otherName(volume.database(), place);
        }
        watch.object("files of the volume");
        String lockFile = SqliteLock.fileFor(live.live()).getFileName().toString();
        VolumeExtract extract = new VolumeExtract(whole, folderOf(volume.database()), lockFile, watch.cancellation());
        List<Note> notes = new ArrayList<>();
        try (VolumeFiles files = stream.volumeFiles()) {
            notes.addAll(extract.write(files));
        }
        notes.addAll(stream.notes());
        LoadResult loaded = database.settled(watch).withNotes(notes);
        extract.finish();
        return loaded;
    }

    private static String folderOf(String path) {
        int end = path.lastIndexOf('/');
        return end < 0 ? "" : path.substring(0, end);
    }

    @Override
    public LoadResult finish(LoadResult loaded, LoadWatch watch) {
        return loaded;
    }

    @Override
    public CopyFacts measure(Collection<String> tables, LoadResult loaded, LoadWatch watch) {
        return database.measure(tables, loaded, watch);
    }

    /** Forces every file and folder to the disk. */
    @Override
    public void close() {
        try {
            Files.walkFileTree(whole, new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult visitFile(Path file, BasicFileAttributes facts) throws IOException {
                    if (facts.isRegularFile()) {
                        force(file);
                    }
                    return FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult postVisitDirectory(Path folder, IOException failed) throws IOException {
                    if (failed != null) {
                        throw failed;
                    }
                    FolderSync.force(folder);
                    return FileVisitResult.CONTINUE;
                }
            });
            FolderSync.force(whole.getParent());
        } catch (IOException failed) {
            throw notForced(failed);
        }
    }

    /** Reading is enough of a right to force a file, except on Windows. */
    private static void force(Path file) throws IOException {
        Optional<FileChannel> channel = opened(file);
        if (channel.isPresent()) {
            try (FileChannel open = channel.get()) {
                open.force(true);
            }
        }
    }

    private static Optional<FileChannel> opened(Path file) throws IOException {
        try {
            return Optional.of(FileChannel.open(
                    file, java.io.File.separatorChar == '\\' ? StandardOpenOption.WRITE : StandardOpenOption.READ));
        } catch (java.nio.file.AccessDeniedException givenAway) {
            return Optional.empty();
        }
    }

    private RecoveryException notForced(IOException failed) {
        return problem(
                        recovery.core.error.ErrorCode.FILE_NOT_ACCESSIBLE,
                        "cannot force the folder '%s' to the disk: %s",
                        whole,
                        Why.of(failed))
                .causedBy(failed)
                .remedy("Look at the disk that holds '%s'.".formatted(whole.getParent()));
    }
}
