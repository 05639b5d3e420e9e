package recovery.faults;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A file system in memory with little space, until it is closed. For root on Linux. */
final class SmallDisk implements AutoCloseable {
    private final Path folder;

    /** @param size as {@code mount} takes it, e.g. {@code 48m} */
    SmallDisk(Path folder, String size) {
        this.folder = folder;
        run("mount", "-t", "tmpfs", "-o", "size=" + size, "small-disk", folder.toString());
    }

    void resize(String size) {
        run("mount", "-o", "remount,size=" + size, folder.toString());
    }

    /** Moves a folder to {@code disk} and leaves a link in its place. */
    static void moveTo(Path disk, Path what) throws IOException {
        run("mv", what.toString(), disk.toString());
        Files.createSymbolicLink(what, disk.resolve(what.getFileName()));
    }

    @Override
    public void close() {
        // also if somebody still has a file open there
        run("umount", "--lazy", folder.toString());
    }

    private static void run(String... command) {
        try {
            Process tool = new ProcessBuilder(command).redirectErrorStream(true).start();
            String said = new String(tool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (tool.waitFor() != 0) {
                throw new IllegalStateException(List.of(command) + ": " + said);
            }
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
