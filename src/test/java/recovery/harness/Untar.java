package recovery.harness;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;

/** Unpacks a tar file with one folder in it. */
public final class Untar {
    private Untar() {}

    /** The folder that lay in the tar file, now in {@code folder}. */
    public static Path into(Path folder, Path tar) throws IOException {
        try (InputStream file = new BufferedInputStream(Files.newInputStream(tar));
                TarArchiveInputStream members = new TarArchiveInputStream(file)) {
            Path first = folder;
            for (TarArchiveEntry entry = members.getNextEntry(); entry != null; entry = members.getNextEntry()) {
                Path target = folder.resolve(entry.getName());
                if (entry.isDirectory()) {
                    first = Files.createDirectories(target);
                } else {
                    Files.copy(members, target);
                }
            }
            return first;
        }
    }
}
