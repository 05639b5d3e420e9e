package recovery.core.restore;

import static recovery.core.error.ErrorCode.FILE_NOT_ACCESSIBLE;
import static recovery.core.error.ErrorCode.RESTORE_NOT_FOUND;
import static recovery.core.error.RecoveryException.problem;

import java.io.IOException;
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
import java.util.stream.Stream;
import recovery.core.error.Why;
import recovery.core.target.Strategy;
import recovery.core.target.Target;

/** The journals of all restores, one file each, below the state directory. Any thread may use it. */
final class JournalFolder {
    private static final DateTimeFormatter ID = DateTimeFormatter.ofPattern("yyyyMMdd_HHmmss");
    private static final String ENDING = ".journal";

    private final Path folder;

    /** Creates the folder if it is missing. */
    JournalFolder(Path stateDirectory) {
        folder = stateDirectory.resolve("restores");
        try {
            Files.createDirectories(folder);
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
        String base = idOf(time);
        for (int attempt = 1; ; attempt++) {
            String id = attempt == 1 ? base : base + "_" + attempt;
            try {
                return new Named(id, Journal.create(path(id)));
            } catch (FileAlreadyExistsException taken) {
                // the next attempt has another name
            } catch (IOException e) {
                throw problem(FILE_NOT_ACCESSIBLE, "the journal '%s' cannot be written: %s", path(id), Why.of(e))
                        .causedBy(e)
                        .remedy("Free space on the disk of the state directory, or point STATE_DIR to another one.");
            }
        }
    }

    /** To write the end of a restore that was cut off. */
    Journal append(String id) throws IOException {
        return Journal.append(path(id));
    }

    /** Newest first; journals that cannot be read are left out. */
    List<HistoryEntry> list() {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(ENDING))
                    .map(name -> name.substring(0, name.length() - ENDING.length()))
                    .sorted(Comparator.reverseOrder())
                    .flatMap(id -> read(id).stream())
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
            return Journal.read(path(id));
        } catch (IOException e) {
            return Map.of();
        }
    }

    /** Whether {@code entry} was about this target, and not about one of the same name elsewhere. */
    boolean isOf(HistoryEntry entry, Target target) {
        return entry.target().equals(target.name())
                && lines(entry.id()).getOrDefault("address", target.address()).equals(target.address());
    }

    private Optional<HistoryEntry> read(String id) {
        Map<String, String> lines = lines(id);
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
                lines.getOrDefault("liveDatabase", ""),
                Optional.ofNullable(lines.get("error")));
    }

    private Path path(String id) {
        return folder.resolve(id + ENDING);
    }

    private static String printable(String text) {
        String plain = text.replaceAll("\\p{Cntrl}", "?");
        return plain.length() > 60 ? plain.substring(0, 60) + "…" : plain;
    }

    /** A new journal and the id it stands for. */
    record Named(String id, Journal journal) {}
}
