package recovery.core.dump.sqlite.cipher;

import static recovery.core.error.ErrorCode.BACKUP_NOT_RECOGNISED;
import static recovery.core.error.ErrorCode.SECRET_WRONG;
import static recovery.core.error.RecoveryException.problem;

import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import recovery.core.backup.EncryptedDatabase;
import recovery.core.error.RecoveryException;
import recovery.core.layer.Opening;

/** The beginning of what may be an encrypted database, and the keys if there are any. Closing wipes them. */
public final class EncryptedHead implements AutoCloseable {
    private final byte[] bytes;
    private final Optional<PageKeys> keys;

    private EncryptedHead(byte[] bytes, Optional<PageKeys> keys) {
        this.bytes = bytes;
        this.keys = keys;
    }

    /** The first of the file; what was opened stands behind them. */
    public byte[] bytes() {
        return bytes;
    }

    /** Empty if no key was given. */
    public Optional<PageKeys> keys() {
        return keys;
    }

    /**
     * Reads the head of {@code in} and tries the key on it, if there is one.
     *
     * @param name of the backup
     * @throws RecoveryException SECRET_WRONG, or BACKUP_NOT_RECOGNISED if nothing but its random bytes speaks for an
     *     encrypted database
     */
    public static EncryptedHead read(String name, InputStream in, Opening opening) throws IOException {
        byte[] bytes = in.readNBytes(PageKeys.HEAD_BYTES);
        if (opening.databaseKey().isEmpty()) {
            return new EncryptedHead(bytes, Optional.empty());
        }
        try (DatabaseKey key = DatabaseKey.of(opening.databaseKey().get())) {
            Optional<PageKeys> keys = PageKeys.open(bytes, key);
            if (keys.isEmpty()) {
                throw opening.secrets().databaseKey().isPresent() || EncryptedDatabase.isNamedLikeOne(name)
                        ? wrongKey(name)
                        : foreign(name);
            }
            return new EncryptedHead(bytes, keys);
        }
    }

    private static RecoveryException wrongKey(String name) {
        return problem(
                        SECRET_WRONG,
                        "the key does not open '%s': it is another one, or the file is no database of SQLCipher 1 to 4",
                        name)
                .remedy(
                        "Check the key (DB_KEY, or what was entered): a passphrase exactly as the application has it, or x'…' with 64 or 96 hexadecimal digits.",
                        "If the application changes kdf_iter or other settings of SQLCipher, write the file anew with the usual ones by its function sqlcipher_export.");
    }

    private static RecoveryException foreign(String name) {
        return problem(
                        BACKUP_NOT_RECOGNISED,
                        "'%s' is not recognised: its bytes look random, and as an encrypted SQLite database it does not open with DB_KEY",
                        name)
                .remedy(
                        "Choose another backup.",
                        "If it is a database with another key, give that one with --db-key-stdin (field 'dbKey').");
    }

    @Override
    public void close() {
        keys.ifPresent(PageKeys::close);
    }
}
