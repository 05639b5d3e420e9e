package recovery.core.target;

import java.io.IOException;
import java.io.OutputStream;
import java.util.List;

/**
 * The live database as it was at one moment, ready to be written into a file. The application goes on working with it
 * meanwhile. Closing ends the sessions and programs that it needed, also in the middle. For one thread, once.
 */
public interface SafetySource extends AutoCloseable {
    /** Of the file's name, e.g. {@code .sql.gz}: what {@link #write} writes, with its packing. */
    String ending();

    /** How it is written, for people, e.g. {@code pg_dump 15.18}. */
    String method();

    /** Whether what is written is an encrypted SQLite file, which is to be read back as one. */
    default boolean isEncryptedDatabase() {
        return false;
    }

    /** What can be made of the file again; known before it is written. */
    BringsBack bringsBack();

    /**
     * Writes all of it and returns only if it is whole; does not close {@code file}.
     *
     * @return the rows of each table, counted in the same moment of the database
     * @throws recovery.core.error.RecoveryException BACKUP_FAILED, DATABASE_UNREACHABLE, CANCELLED
     * @throws IOException only from {@code file}
     */
    List<LoadResult.TableRows> write(OutputStream file, LoadWatch watch) throws IOException;

    @Override
    void close();
}
