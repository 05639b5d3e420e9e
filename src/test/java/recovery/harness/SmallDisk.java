package recovery.harness;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A file system of its own in memory, to be filled up or made read-only; root alone may make one. Closing unmounts it. */
public final class SmallDisk implements AutoCloseable {
    private static final String FILLING = ".filling";

    private final Path place;

    private SmallDisk(Path place) {
        this.place = place;
    }

    /** Mounts {@code kilobytes} at {@code place}, a folder that is made if it is missing. */
    public static SmallDisk at(Path place, int kilobytes) {
        try {
            Files.createDirectories(place);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        run("mount", "-t", "tmpfs", "-o", "size=" + kilobytes + "k,mode=0755", "tmpfs", place.toString());
        return new SmallDisk(place);
    }

    public Path place() {
        return place;
    }

    public void resize(int kilobytes) {
        run("mount", "-o", "remount,size=" + kilobytes + "k", place.toString());
    }

    /** Moves a folder here and leaves a link in its place. */
    public void take(Path what) throws IOException {
        run("mv", what.toString(), place.toString());
        Files.createSymbolicLink(what, place.resolve(what.getFileName()));
    }

    /** Writes until nothing more fits. Files that are there already keep the room that they have. */
    public void fill() {
        byte[] page = new byte[4096];
        try (OutputStream out = Files.newOutputStream(place.resolve(FILLING))) {
            while (true) {
                out.write(page);
            }
        } catch (IOException full) {
            if (!String.valueOf(full.getMessage()).contains("No space left")) {
                throw new UncheckedIOException(full);
            }
        }
    }

    /** Gives the room back that {@link #fill} took. */
    public void free() {
        try {
            Files.deleteIfExists(place.resolve(FILLING));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** From now on nobody can write to it. */
    public void readOnly() {
        run("mount", "-o", "remount,ro", place.toString());
    }

    /** As it was at first. */
    public void writable() {
        run("mount", "-o", "remount,rw", place.toString());
    }

    @Override
    public void close() {
        // lazily: a process that is being killed may still have a file open
        run("umount", "-l", place.toString());
    }

    private static void run(String... command) {
        try {
            Process process = new ProcessBuilder(new ArrayList<>(List.of(command)))
                    .redirectErrorStream(true)
                    .start();
            String said = new String(process.getInputStream().readAllBytes(), UTF_8);
            if (process.waitFor() != 0) {
                throw new IllegalStateException(String.join(" ", command) + ": " + said);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
