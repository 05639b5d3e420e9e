package recovery.core.backup;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/** The checksum of a backup, for comparing it with what its sidecar says. */
public final class Sha256 {
    private static final int BUFFER_BYTES = 128 * 1024;

    private Sha256() {}

    /**
     * Reads the whole of {@code file}, which must not be a symbolic link, and returns its SHA-256 in lower case
     * hexadecimal. {@code check} runs before every read and may throw to stop it.
     *
     * <p>Of a folder: over its regular files in the order of their names, each as its name below the folder (with
     * slashes, in UTF-8), a zero byte, its size as eight bytes with the highest first, and its bytes.
     */
    public static String of(Path file, Runnable check) throws IOException {
        MessageDigest digest = digest();
        if (Files.isDirectory(file, LinkOption.NOFOLLOW_LINKS)) {
            addFolder(file, digest, check);
        } else {
            addFile(file, digest, check);
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    private static void addFolder(Path folder, MessageDigest digest, Runnable check) throws IOException {
        SortedMap<String, Path> files = new TreeMap<>();
        try (Stream<Path> all = Files.walk(folder)) {
            all.filter(file -> Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS))
                    .forEach(
                            file -> files.put(folder.relativize(file).toString().replace('\\', '/'), file));
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
        for (Map.Entry<String, Path> file : files.entrySet()) {
            digest.update((file.getKey() + "\0").getBytes(StandardCharsets.UTF_8));
            digest.update(ByteBuffer.allocate(Long.BYTES)
                    .putLong(Files.size(file.getValue()))
                    .array());
            addFile(file.getValue(), digest, check);
        }
    }

    private static void addFile(Path file, MessageDigest digest, Runnable check) throws IOException {
        byte[] buffer = new byte[BUFFER_BYTES];
        try (InputStream in = Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS)) {
            check.run();
            for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
                digest.update(buffer, 0, count);
                check.run();
            }
        }
    }

    private static MessageDigest digest() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
