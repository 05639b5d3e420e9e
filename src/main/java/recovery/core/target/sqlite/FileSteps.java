package recovery.core.target.sqlite;

import java.io.IOException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayDeque;
import java.util.Deque;

/** Renames that can be taken back: each step is remembered, and {@link #undo} goes back in reverse order. */
final class FileSteps {
    private final Renamer renamer;
    private final Deque<Step> done = new ArrayDeque<>();

    FileSteps(Renamer renamer) {
        this.renamer = renamer;
    }

    /** Renames in one step of the file system; refuses to replace a file. */
    void move(Path from, Path to) throws IOException {
        if (DatabaseFolder.present(to)) {
            throw new FileAlreadyExistsException(to.toString());
        }
        renamer.rename(from, to);
        done.push(new Step(from, to, false));
    }

    /** Gives {@code file} a second name; false if the file system cannot do that, and then nothing was done. */
    boolean link(Path file, Path secondName) throws IOException {
        try {
            renamer.link(file, secondName);
            done.push(new Step(file, secondName, true));
            return true;
        } catch (FileAlreadyExistsException taken) {
            throw taken;
        } catch (IOException | UnsupportedOperationException | SecurityException cannot) {
            return false;
        }
    }

    /** The last step: replaces {@code to} by {@code from} in one step of the file system. Cannot be taken back. */
    void replace(Path from, Path to) throws IOException {
        renamer.rename(from, to);
    }

    /** Takes everything back. Stops at the first step that cannot be. */
    void undo() throws IOException {
        while (!done.isEmpty()) {
            Step step = done.peek();
            if (step.linked()) {
                renamer.unlink(step.to());
            } else {
                renamer.rename(step.to(), step.from());
            }
            done.pop();
        }
    }

    private record Step(Path from, Path to, boolean linked) {}

    /** What the file system does; a test puts a broken one in its place. */
    interface Renamer {
        Renamer REAL = new Renamer() {};

        default void rename(Path from, Path to) throws IOException {
            try {
                Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
            } catch (AtomicMoveNotSupportedException twoDisks) {
                throw new IOException("'%s' and '%s' lie on different disks".formatted(from, to), twoDisks);
            }
        }

        default void link(Path file, Path secondName) throws IOException {
            Files.createLink(secondName, file);
        }

        default void unlink(Path secondName) throws IOException {
            Files.delete(secondName);
        }
    }
}
