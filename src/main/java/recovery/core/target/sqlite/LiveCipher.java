package recovery.core.target.sqlite;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import recovery.core.backup.EncryptedDatabase;
import recovery.core.dump.sqlite.cipher.DatabaseKey;
import recovery.core.dump.sqlite.cipher.PageKeys;

/**
 * Whether the live file is encrypted, and whether the key of the settings opens it. Finding that out takes up to a second,
 * so the keys that opened it are remembered, and what did not open. Any thread may use it.
 */
final class LiveCipher {
    private static final int LOOK_BYTES = 8 * 1024;
    private final Optional<char[]> key;
    private Optional<PageKeys> keys = Optional.empty();
    private byte[] closed = {};

    LiveCipher(Optional<char[]> key) {
        this.key = key;
    }

    /** There is a file, and it is not empty. */
    static boolean holdsAnything(Path live) {
        return live.toFile().isFile() && live.toFile().length() > 0;
    }

    /** Whether it looks like it; false for a file that cannot be read. */
    static boolean isEncrypted(Path live) {
        try {
            return EncryptedDatabase.fits(Files.size(live)) && EncryptedDatabase.fits(head(live, LOOK_BYTES));
        } catch (IOException unreadable) {
            return false;
        }
    }

    /** Why nobody can read that encrypted file with what is in the settings; empty if its first page opens. */
    synchronized Optional<String> whyClosed(Path live) throws IOException {
        if (key.isEmpty()) {
            return Optional.of("it seems to be encrypted, and DB_KEY is not set");
        }
        byte[] head = head(live, PageKeys.HEAD_BYTES);
        if (keys.filter(known -> known.fit(head)).isEmpty() && !Arrays.equals(closed, head)) {
            keys.ifPresent(PageKeys::close);
            try (DatabaseKey tried = DatabaseKey.of(key.get())) {
                keys = PageKeys.open(head, tried);
            }
            closed = keys.isPresent() ? new byte[0] : head;
        }
        return closed.length == 0
                ? Optional.empty()
                : Optional.of("it seems to be encrypted, and DB_KEY does not open it");
    }

    /** Those that open the file, for as long as this lives; empty if there are none. */
    synchronized Optional<PageKeys> keys(Path live) throws IOException {
        return whyClosed(live).isEmpty() ? keys : Optional.empty();
    }

    private static byte[] head(Path live, int count) throws IOException {
        try (InputStream in = Files.newInputStream(live)) {
            return in.readNBytes(count);
        }
    }
}
