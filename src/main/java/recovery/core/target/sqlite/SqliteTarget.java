package recovery.core.target.sqlite;

import static recovery.core.error.ErrorCode.BACKUP_FAILED;
import static recovery.core.error.ErrorCode.FILE_NOT_ACCESSIBLE;
import static recovery.core.error.ErrorCode.NAME_TAKEN;
import static recovery.core.error.ErrorCode.REQUEST_UNUSABLE;
import static recovery.core.error.RecoveryException.problem;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import recovery.core.backup.Engine;
import recovery.core.error.Why;
import recovery.core.inspect.Inspection;
import recovery.core.target.CutSwap;
import recovery.core.target.LastDump;
import recovery.core.target.LoadOptions;
import recovery.core.target.LoadWatch;
import recovery.core.target.SafetySource;
import recovery.core.target.Strategy;
import recovery.core.target.Survey;
import recovery.core.target.Target;
import recovery.core.target.TargetCopy;

/**
 * A live SQLite database: one file, and what SQLite keeps beside it. Every name is a file name in its folder.
 *
 * <p>The driver needs a folder from which native code may be run: the system property {@code org.sqlite.tmpdir}.
 */
public final class SqliteTarget implements Target {
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyyyMMddHHmmss", Locale.ROOT);

    /** How long the swap waits for a writer of the live file that is about to end. */
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final Path configured;
    private final FileSteps.Renamer renamer;
    private final OpenFileFinder finder;
    private final Target online;
    private final MemoryLimit limit;
    private final LiveCipher cipher;

    /** Taken by everything that locks the live file or closes it: in one process such locks get in each other's way. */
    private final Object liveFile = new Object();

    private final Target volume;

    /** {@code liveFile} need not exist; nothing is opened or created here. */
    public SqliteTarget(Path liveFile) {
        this(liveFile, FileSteps.Renamer.REAL);
    }

    /**
     * As above.
     *
     * @param own folders of this program, which no restore may take away from it
     * @param databaseKey of the live file if it is encrypted; stays with the caller
     * @param limit up to which size decrypted databases are looked at in memory
     * @param finder tells who else has the file open
     */
    public SqliteTarget(
            Path liveFile, List<Path> own, Optional<char[]> databaseKey, MemoryLimit limit, OpenFileFinder finder) {
        this(liveFile, own, FileSteps.Renamer.REAL, databaseKey, limit, finder);
    }

    SqliteTarget(Path liveFile, FileSteps.Renamer renamer) {
        this(liveFile, List.of(), renamer, Optional.empty(), MemoryLimit.usual(), OpenFileFinder.PROC);
    }

    private SqliteTarget(
            Path liveFile,
            List<Path> own,
            FileSteps.Renamer renamer,
            Optional<char[]> databaseKey,
            MemoryLimit limit,
            OpenFileFinder finder) {
        this.finder = finder;
        this.volume = new VolumeTarget(this, this::folder, this.liveFile, own, renamer);
        this.limit = limit;
        this.cipher = new LiveCipher(databaseKey);
        this.configured = liveFile.toAbsolutePath().normalize();
        this.renamer = renamer;
        this.online = new SqliteOnline(this, SqliteOnline.PATIENCE);
    }

    @Override
    public Engine engine() {
        return Engine.SQLITE;
    }

    @Override
    public List<Strategy> strategies() {
        return List.of(Strategy.FILE, Strategy.ONLINE, Strategy.VOLUME);
    }

    @Override
    public Strategy strategy() {
        return Strategy.FILE;
    }

    @Override
    public Target by(Strategy other) {
        return switch (other) {
            case FILE -> this;
            case ONLINE -> online;
            case VOLUME -> volume;
            case DATABASE, SCHEMA, REPLACE -> throw new IllegalArgumentException("strategy " + other);
        };
    }

    @Override
    public String name() {
        return configured.getFileName().toString();
    }

    @Override
    public String address() {
        return "SQLite file '%s'".formatted(configured);
    }

    @Override
    public LiveStatus probe(Duration limit) {
        Optional<String> why = new LiveProbe(folder().live(), cipher).whyOffline(limit);
        return new LiveStatus(Engine.SQLITE, name(), why.isEmpty(), why);
    }

    @Override
    public Survey survey(Inspection backup, LoadOptions options) {
        return survey(backup, options, false);
    }

    /** {@code online}: the live file stays where it is and is written into. */
    Survey survey(Inspection backup, LoadOptions options, boolean online) {
        return alone(folder -> new SqliteSurvey(folder, leftovers(), online).of(backup, options.files()));
    }

    /** Does something with the live file while nothing else in this process locks or closes it. */
    <T> T alone(Function<DatabaseFolder, T> work) {
        synchronized (liveFile) {
            return work.apply(folder());
        }
    }

    @Override
    public String copyName(String id) {
        return folder().copyName(id);
    }

    @Override
    public String previousName(LocalDateTime time) {
        return folder().previousName(TIME.format(time));
    }

    /** Files are never closed to others; what a dead process leaves is the file of its lock. */
    @Override
    public List<String> mend() {
        SqliteLock.removeStale(folder().live());
        return List.of();
    }

    @Override
    public List<String> settle(CutSwap swap) {
        if (swap.keepLiveAs().isEmpty()) {
            return List.of();
        }
        return alone(
                folder -> new SwapTakenBack(folder, renamer).run(swap.incoming(), swap.keepLiveAs(), swap.since()));
    }

    @Override
    public boolean exists(String name) {
        return DatabaseFolder.present(folder().file(name));
    }

    @Override
    public List<String> leftovers() {
        DatabaseFolder folder = folder();
        String holder = SqliteLock.holder(folder.live()).orElse("");
        return folder.copies().stream()
                .filter(copy ->
                        !holder.contains(copy.substring(folder.copyName("").length())))
                .toList();
    }

    @Override
    public TargetLock lock(String holder) {
        return SqliteLock.take(folder().live(), holder);
    }

    @Override
    public TargetCopy createCopy(String name) {
        DatabaseFolder folder = folder();
        Path copy = folder.file(name);
        if (name.equals(folder.liveName()) || !DatabaseFolder.sidecars(copy).isEmpty()) {
            throw taken(copy);
        }
        try {
            FileRights.createPrivate(copy);
            return new SqliteCopy(folder, name, limit);
        } catch (FileAlreadyExistsException there) {
            throw taken(copy);
        } catch (IOException failed) {
            throw problem(FILE_NOT_ACCESSIBLE, "cannot create '%s': %s", copy, Why.of(failed))
                    .causedBy(failed)
                    .remedy("Give this program's user the right to write into the folder '%s'."
                            .formatted(folder.folder()));
        }
    }

    @Override
    public SwapResult swap(String incoming, String keepLiveAs) {
        return alone(folder -> new SqliteSwap(folder, renamer, PATIENCE).swap(incoming, keepLiveAs));
    }

    @Override
    public SafetySource safetySource(String id, LastDump last, LoadWatch watch) {
        DatabaseFolder folder = folder();
        if (!Files.isRegularFile(folder.live())) {
            throw problem(BACKUP_FAILED, "there is no file '%s' to copy", folder.live())
                    .remedy("Check SQLITE_PATH or DATABASE_URL.");
        }
        if (LiveCipher.isEncrypted(folder.live())) {
            return new EncryptedSafety(folder.live(), folder.file(folder.copyName(id)), liveFile, cipher);
        }
        return new SqliteSafety(folder.live(), folder.file(folder.copyName(id)), liveFile);
    }

    @Override
    public void drop(String copyName) {
        DatabaseFolder folder = folder();
        Path copy = folder.file(copyName);
        if (!folder.isCopy(copyName) || DatabaseFolder.SIDECARS.stream().anyMatch(copyName::endsWith)) {
            throw problem(REQUEST_UNUSABLE, "'%s' is not a copy of a restore, so it is not deleted", copyName)
                    .remedy("Name one of the leftovers; live and previous files are never deleted here.");
        }
        try {
            DatabaseFolder.delete(copy);
        } catch (IOException failed) {
            throw problem(FILE_NOT_ACCESSIBLE, "cannot delete '%s': %s", copy, Why.of(failed))
                    .causedBy(failed)
                    .remedy("Delete the file by hand.");
        }
    }

    @Override
    public List<Previous> previousOnes() {
        return new PreviousFiles(folder(), TIME).all();
    }

    @Override
    public void dropPrevious(String name) {
        new PreviousFiles(folder(), TIME).drop(name);
    }

    /** Looked at anew each time: the file may be created, or the link be changed, while the server runs. */
    private DatabaseFolder folder() {
        return new DatabaseFolder(configured, finder);
    }

    private static recovery.core.error.RecoveryException taken(Path copy) {
        return problem(NAME_TAKEN, "'%s' exists already", copy)
                .remedy("Remove the leftovers of broken restores, then start again.");
    }
}
