package recovery.core.restore;

import java.util.OptionalLong;

/**
 * How far a restore is. Bytes are bytes of the backup file.
 *
 * @param etaSeconds empty while it cannot be said honestly
 */
public record Progress(
        String phase,
        long bytesDone,
        long bytesTotal,
        long rows,
        String object,
        long bytesPerSecond,
        OptionalLong etaSeconds) {}
