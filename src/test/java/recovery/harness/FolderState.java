package recovery.harness;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/** What lies in a folder, for comparing it with what lies there later. */
public final class FolderState {
    private FolderState() {}

    /** Every file with a hash of its bytes, sorted by name. */
    public static List<String> of(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.sorted()
                    .map(file -> {
                        try {
                            return file.getFileName() + " " + Arrays.hashCode(Files.readAllBytes(file));
                        } catch (IOException e) {
                            throw new UncheckedIOException(e);
                        }
                    })
                    .toList();
        }
    }
}
