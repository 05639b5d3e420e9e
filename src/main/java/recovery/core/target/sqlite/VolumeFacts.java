package recovery.core.target.sqlite;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;
import recovery.core.backup.FileUsers;

/** What is known of a folder as a whole. No link is followed. Stateless. */
final class VolumeFacts {
    private static final Path MOUNTS = Path.of("/proc/self/mountinfo");

    /** In that file: the fifth word of a line. */
    private static final int MOUNTED_AT = 4;

    private VolumeFacts() {}

    /** Other processes that have a file in the folder open, as {@code name (pid 12)}. */
    static List<String> users(Path folder) {
        List<Path> files = new ArrayList<>();
        try {
            walk(folder, (file, facts) -> files.add(file));
        } catch (IOException unreadable) {
            // those that can be seen are looked for
            return FileUsers.others(files);
        }
        return FileUsers.others(files);
    }

    static long sizeBytes(Path folder) throws IOException {
        long[] sum = new long[1];
        walk(folder, (file, facts) -> sum[0] += facts.size());
        return sum[0];
    }

    private static void walk(Path folder, BiConsumer<Path, BasicFileAttributes> each) throws IOException {
        Files.walkFileTree(folder, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes facts) {
                if (facts.isRegularFile()) {
                    each.accept(file, facts);
                }
                return FileVisitResult.CONTINUE;
            }
        });
    }

    /**
     * Where a disk is mounted at {@code folder} or below it, so that the folder cannot be renamed as a whole. Only Linux tells
     * of those below, and of folders that are mounted from the same disk.
     */
    static Optional<Path> mount(Path folder) {
        try {
            if (Files.isReadable(MOUNTS)) {
                return Files.readAllLines(MOUNTS).stream()
                        .map(line -> line.split(" ", -1))
                        .filter(words -> words.length > MOUNTED_AT)
                        .map(words -> Path.of(unescaped(words[MOUNTED_AT])))
                        .filter(mounted -> mounted.startsWith(folder))
                        .findFirst();
            }
            Path above = folder.getParent();
            return above == null || Files.getFileStore(folder).equals(Files.getFileStore(above))
                    ? Optional.empty()
                    : Optional.of(folder);
        } catch (IOException | UncheckedIOException unknown) {
            return Optional.empty();
        }
    }

    /** Blanks and the like stand there as a backslash and three octal digits. */
    private static String unescaped(String path) {
        return java.util.regex.Pattern.compile("\\\\([0-7]{3})")
                .matcher(path)
                .replaceAll(found -> java.util.regex.Matcher.quoteReplacement(
                        String.valueOf((char) Integer.parseInt(found.group(1), 8))));
    }
}
