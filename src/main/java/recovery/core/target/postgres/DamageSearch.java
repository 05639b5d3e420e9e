package recovery.core.target.postgres;

import static recovery.core.error.ErrorCode.LOAD_FAILED;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import recovery.core.dump.DumpPart;
import recovery.core.dump.DumpReader;
import recovery.core.dump.RowBlock;
import recovery.core.error.ErrorCode;
import recovery.core.error.RecoveryException;
import recovery.core.layer.Cancellation;

/**
 * Looks for the reason why the database refused a part of the dump: a flipped bit is often seen by the database first,
 * and by the checksum at the end of the block only later. For one thread.
 */
final class DamageSearch {
    /** Longer than this nobody waits for a better explanation. */
    private static final Duration LONGEST = Duration.ofSeconds(20);

    private static final int BLOCK_BYTES = 256 * 1024;

    private final DumpReader reader;
    private final Cancellation cancellation;

    DamageSearch(DumpReader reader, Cancellation cancellation) {
        this.reader = reader;
        this.cancellation = cancellation;
    }

    /** {@code failure}, or what is wrong with the backup behind {@code part} if that can be found in time. */
    RecoveryException explain(RecoveryException failure, Optional<DumpPart> part) throws IOException {
        if (failure.code() != LOAD_FAILED) {
            return failure;
        }
        long end = System.nanoTime() + LONGEST.toNanos();
        try {
            Optional<DumpPart> next = part;
            while (next.isPresent() && System.nanoTime() < end) {
                pass(next.get(), end);
                next = System.nanoTime() < end ? reader.next() : Optional.empty();
            }
            return failure;
        } catch (RecoveryException damage) {
            boolean better = damage.code() == ErrorCode.DUMP_DAMAGED || damage.code() == ErrorCode.DUMP_TRUNCATED;
            if (better || damage.code() == ErrorCode.CANCELLED) {
                damage.addSuppressed(failure);
                return damage;
            }
            return failure;
        }
    }

    private void pass(DumpPart part, long end) throws IOException {
        cancellation.check();
        if (part instanceof DumpPart.Rows rows) {
            RowBlock block = new RowBlock(BLOCK_BYTES);
            while (System.nanoTime() < end && rows.rows().read(block)) {
                cancellation.check();
            }
        }
    }
}
