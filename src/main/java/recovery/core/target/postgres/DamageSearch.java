package recovery.core.target.postgres;

import static recovery.core.error.ErrorCode.LOAD_FAILED;

import java.io.IOException;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
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

    private final Parts parts;
    private final Cancellation cancellation;

    /** Where the next part comes from. */
    private interface Parts {
        Optional<DumpPart> next() throws IOException;
    }

    private DamageSearch(Parts parts, Cancellation cancellation) {
        this.parts = parts;
        this.cancellation = cancellation;
    }

    /** In all that {@code reader} has not handed out. */
    static DamageSearch of(DumpReader reader, Cancellation cancellation) {
        return new DamageSearch(reader::next, cancellation);
    }

    /** In the rest of one table's rows. */
    static DamageSearch ofRows(DumpPart.Rows rows, Cancellation cancellation) {
        Iterator<DumpPart> once = List.<DumpPart>of(rows).iterator();
        return new DamageSearch(() -> once.hasNext() ? Optional.of(once.next()) : Optional.empty(), cancellation);
    }

    /** {@code failure}, or what is wrong with the backup in {@code part} or behind it if that can be found in time. */
    RecoveryException explain(RecoveryException failure, Optional<DumpPart> part) throws IOException {
        if (failure.code() != LOAD_FAILED) {
            return failure;
        }
        long end = System.nanoTime() + LONGEST.toNanos();
        try {
            Optional<DumpPart> next = part.isPresent() ? part : parts.next();
            while (next.isPresent() && System.nanoTime() < end) {
                pass(next.get(), end);
                next = System.nanoTime() < end ? parts.next() : Optional.empty();
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
