package recovery.core.restore;

import static recovery.core.error.ErrorCode.FILE_NOT_ACCESSIBLE;
import static recovery.core.error.ErrorCode.RESTORE_NOT_FOUND;
import static recovery.core.error.RecoveryException.problem;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import recovery.core.backup.FileUsers;
import recovery.core.backup.FolderSync;
import recovery.core.error.RecoveryException;
import recovery.core.error.Why;
import recovery.core.target.Strategy;
import recovery.core.target.Target;

/** The journals of all restores, one file each, below the state directory. Any thread may use it. */
final class JournalFolder {
    private static final System.Logger LOG = System.getLogger(JournalFolder.class.getName());
    private static final DateTimeFormatter ID = DateTimeFormatter.ofPattern("yyyyMMdd_HHmmss");
    private static final String ENDING = ".journal";

    private final Path folder;

    /** By id: what a full disk has kept out of the journals. */
    private final Map<String, Map<String, String>> ends = new ConcurrentHashMap<>();

    /** Creates the folder if it is missing. */
    JournalFolder(Path stateDirectory) {
        folder = stateDirectory.resolve("restores");
        try {
            FolderSync.make(folder);
        } catch (IOException e) {
            throw problem(FILE_NOT_ACCESSIBLE, "the state directory '%s' cannot be made: %s", folder, Why.of(e))
                    .causedBy(e)
                    .remedy("Give this user the right to write there, or point STATE_DIR to another folder.");
        }
    }

    /** The id of a restore that begins at {@code time}, unless another one has it. */
    static String idOf(LocalDateTime time) {
        return ID.format(time);
    }

    /** A journal under an id that no other restore has, made of the time. */
    Named create(LocalDateTime time) {
        writeEnds();
        long number = numbered().stream().mapToLong(Numbered::number).max().orElse(0) + 1;
        String base = idOf(time);
        for (int attempt = 1; ; attempt++) {
            String id = attempt == 1 ? base : base + "_" + attempt;
            try {
                return new Named(id, number, Journal.create(path(id)), this);
            } catch (FileAlreadyExistsException taken) {
                // the next attempt has another name
            } catch (IOException e) {
                throw Journal.notWritten(path(id), e);
            }
        }
    }

    /** To write the end of a restore that was cut off. */
    Journal append(String id) throws IOException {
        return Journal.append(path(id));
    }

    /**
     * For the end of a restore whose journal could not be written: it counts from now on, and is written as soon as the
     * disk takes it.
     */
    void writeLater(String id, Map<String, String> end) {
        ends.put(id, end);
    }

    private void writeEnds() {
        for (String id : List.copyOf(ends.keySet())) {
            try (Journal journal = append(id)) {
                journal.write(ends.get(id));
                ends.remove(id);
            } catch (IOException | RecoveryException stillFull) {
                LOG.log(System.Logger.Level.DEBUG, "the end of '" + id + "' cannot be written yet", stillFull);
            }
        }
    }

    /**
     * Newest first; journals that cannot be read are left out. Each has a number, one more than those before it: the ids
     * are made of the time, and a clock may be set back.
     */
    List<HistoryEntry> list() {
        writeEnds();
        return numbered().stream()
                .sorted(Comparator.comparingLong(Numbered::number)
                        .thenComparing(one -> one.entry().id())
                        .reversed())
                .map(Numbered::entry)
                .toList();
    }

    private record Numbered(long number, HistoryEntry entry) {}

    /** One of an older program has none, and comes before all that have. */
    private static long number(Map<String, String> lines) {
        return Optional.ofNullable(lines.get("number"))
                .filter(number -> number.matches("\\d{1,18}"))
                .map(Long::parseLong)
                .orElse(0L);
    }

    private List<Numbered> numbered() {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(ENDING))
                    .map(name -> name.substring(0, name.length() - ENDING.length()))
                    .flatMap(id -> {
                        Map<String, String> lines = lines(id);
                        return read(id, lines).stream().map(entry -> new Numbered(number(lines), entry));
                    })
                    .toList();
        } catch (IOException e) {
            throw problem(FILE_NOT_ACCESSIBLE, "the history in '%s' cannot be read: %s", folder, Why.of(e))
                    .causedBy(e)
                    .remedy("Give this user the right to read the folder.");
        }
    }

    /** One of the past, or RESTORE_NOT_FOUND. {@code id} comes from outside and is never used as a path. */
    HistoryEntry find(String id) {
        return Optional.of(id)
                .filter(text -> text.matches("\\d{8}_\\d{6}(_\\d{1,6})?"))
                .flatMap(this::read)
                .orElseThrow(() -> problem(RESTORE_NOT_FOUND, "there is no restore '%s'", printable(id))
                        .remedy("Look at the history for the restores there are."));
    }

    /** All lines of a journal; empty if it is gone or unreadable. */
    Map<String, String> lines(String id) {
        try {
            Map<String, String> lines = Journal.read(path(id));
            lines.putAll(ends.getOrDefault(id, Map.of()));
            return lines;
        } catch (IOException e) {
            return Map.of();
        }
    }

    /** Whether a process has the journal of {@code id} open. */
    boolean isBeingWritten(String id) {
        return !FileUsers.open(List.of(path(id))).isEmpty();
    }

    /** When {@code id} wrote its last line; long ago if that cannot be known. */
    Instant lastWrite(String id) {
        try {
            return Files.getLastModifiedTime(path(id)).toInstant();
        } catch (IOException e) {
            return Instant.EPOCH;
        }
    }

    /** Journals that a crash or a full disk kept from their first state, so that they tell of nothing. */
    List<Path> empty() {
        try (Stream<Path> files = Files.list(folder)) {
            List<Path> found =
                    files.filter(JournalFolder::isEmptyJournal).sorted().toList();
            Set<Path> open = FileUsers.open(found);
            return found.stream().filter(file -> !open.contains(file)).toList();
        } catch (IOException | UncheckedIOException e) {
            return List.of();
        }
    }

    private static boolean isEmptyJournal(Path file) {
        try {
            return file.getFileName().toString().endsWith(ENDING)
                    && !Journal.read(file).containsKey("state");
        } catch (IOException unreadable) {
            return false;
        }
    }

    /** Whether {@code entry} was about this target, and not about one of the same name elsewhere. */
    boolean isOf(HistoryEntry entry, Target target) {
        return entry.target().equals(target.name())
                && lines(entry.id()).getOrDefault("address", target.address()).equals(target.address());
    }

    private Optional<HistoryEntry> read(String id) {
        return read(id, lines(id));
    }

    private static Optional<HistoryEntry> read(String id, Map<String, String> lines) {
        if (!lines.containsKey("target") || !lines.containsKey("state")) {
            return Optional.empty();
        }
        try {
            return Optional.of(entry(id, lines));
        } catch (IllegalArgumentException | DateTimeException damaged) {
            return Optional.empty();
        }
    }

    private static HistoryEntry entry(String id, Map<String, String> lines) {
        return new HistoryEntry(
                id,
                lines.getOrDefault("kind", "restore"),
                RestoreState.valueOf(lines.get("state")),
                lines.getOrDefault("backup", ""),
                lines.get("target"),
                Instant.parse(lines.getOrDefault("started", "1970-01-01T00:00:00Z")),
                Optional.ofNullable(lines.get("ended")).map(Instant::parse),
                Optional.ofNullable(lines.get("previous")),
                Optional.ofNullable(lines.get("strategy")).flatMap(Strategy::named),
                false,
                Optional.empty(),
                false,
                Optional.ofNullable(lines.get("resumedAs")),
                lines.getOrDefault("liveDatabase", ""),
                Optional.ofNullable(lines.get("error")).filter(error -> !error.isEmpty()));
    }

    private Path path(String id) {
        return folder.resolve(id + ENDING);
    }

    private static String printable(String text) {
        String plain = text.replaceAll("\\p{Cntrl}", "?");
        return plain.length() > 60 ? plain.substring(0, 60) + "…" : plain;
    }

    /** A new journal, the id it stands for, and its place among the others. */
    record Named(String id, long number, Journal journal, JournalFolder folder) {}
}
