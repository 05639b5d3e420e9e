package recovery.core.dump;

import java.io.IOException;
import java.util.OptionalLong;

/**
 * The rows of one COPY block, in blocks of bytes. For one thread at a time; whoever shares it between threads sees to
 * that.
 */
public interface RowSource {
    /**
     * Fills {@code block} with the next rows; false once the end marker was read, and only then. A dump that stops
     * before its end marker is an error (DUMP_TRUNCATED), never an end.
     */
    boolean read(RowBlock block) throws IOException;

    /** Rows handed out so far. */
    long rowCount();

    /**
     * Whether it has a way of its own to its bytes: then it may be read at any later time and beside others, while its
     * reader goes on. It opens its file at the first {@link #read} and closes it at its end; of what is not read to the end
     * the file is closed with the backup. Otherwise it must be read to its end before the reader is asked for the next part.
     */
    default boolean isIndependent() {
        return false;
    }

    /** About how many bytes it takes in the backup; empty if that cannot be known before it is read. */
    default OptionalLong sizeHint() {
        return OptionalLong.empty();
    }
}
