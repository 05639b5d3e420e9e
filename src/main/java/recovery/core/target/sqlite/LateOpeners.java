package recovery.core.target.sqlite;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import recovery.core.error.Note;
import recovery.core.error.Why;

/**
 * Programs that opened the live file in the moment in which it got its second name, and wait for the lock of it. SQLite
 * would put their journal under the name by which they opened it, beside the new file, which that would corrupt. So what
 * was live is kept as a copy, and the file that they have open, which has no name then, is no database any more.
 */
final class LateOpeners {
    private static final byte[] NO_DATABASE = "replaced, reopen".getBytes(US_ASCII);

    private final DatabaseFolder folder;
    private final Path keep;

    /** {@code keep}: what was live, still locked. */
    LateOpeners(DatabaseFolder folder, Path keep) {
        this.folder = folder;
        this.keep = keep;
    }

    /** A note on who they were; gives up the lock if there were any. */
    List<Note> lockOut() {
        List<String> users = folder.users(keep);
        if (users.isEmpty()) {
            return List.of();
        }
        Path half = folder.file(folder.halfName(keep.getFileName().toString()));
        String which = String.join(", ", users);
        if (hasAnotherName()) {
            return List.of(stillOpen(which, "it has another name as well, so it is left as it is"));
        }
        try (FileChannel opened = FileChannel.open(keep, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            FileRights.createPrivate(half);
            PreviousCopy.transfer(opened, half);
            FileRights.copy(keep, half);
            DatabaseFileLoad.force(half);
            Files.move(half, keep, StandardCopyOption.ATOMIC_MOVE);
            folder.force();
            opened.write(ByteBuffer.wrap(NO_DATABASE), 0);
            return List.of(new Note(
                    "OPENED_IN_THE_SWAP",
                    "%s opened the file in the moment of the swap and is told that it is no database: if it goes on, restart it."
                            .formatted(which)));
        } catch (IOException failed) {
            return List.of(stillOpen(which, Why.of(failed)));
        }
    }

    /** Of somebody who keeps backups as links, for one: then it must stay what it is. */
    private boolean hasAnotherName() {
        try {
            return ((Number) Files.getAttribute(keep, "unix:nlink")).intValue() > 1;
        } catch (IOException | UnsupportedOperationException unknown) {
            return false;
        }
    }

    private Note stillOpen(String which, String reason) {
        return new Note(
                "PREVIOUS_STILL_OPEN",
                "%s still has the previous file '%s' open (%s): stop it now, and restart it."
                        .formatted(which, keep.getFileName(), reason));
    }
}
