package recovery.core.dump;

import java.io.IOException;

/** The rows of one COPY block, in blocks of bytes. For one thread. */
public interface RowSource {
    /**
     * Fills {@code block} with the next rows; false once the end marker was read, and only then. A dump that stops
     * before its end marker is an error (DUMP_TRUNCATED), never an end.
     */
    boolean read(RowBlock block) throws IOException;

    /** Rows handed out so far. */
    long rowCount();
}
