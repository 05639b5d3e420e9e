package recovery.core.dump.plain;

import static recovery.core.error.ErrorCode.DUMP_DAMAGED;
import static recovery.core.error.ErrorCode.DUMP_TRUNCATED;
import static recovery.core.error.RecoveryException.problem;

import java.io.IOException;
import java.util.Arrays;
import recovery.core.dump.DumpBytes;
import recovery.core.dump.RowBlock;
import recovery.core.dump.RowSource;

/**
 * The rows of one COPY block of a plain dump, in blocks. Takes the end marker too, a line that holds only {@code \.},
 * and leaves the dump at the first byte behind it.
 *
 * <p>A dump that stops before the end marker is an error and never an end of data: a truncated backup must not restore
 * as a smaller database. Holds no rows but the beginning of one. For one thread.
 */
final class CopyRows implements RowSource {
    private final DumpBytes dump;
    private final String table;
    private final RowScan scan;
    private byte[] carried = new byte[0];
    private long rowsBefore;
    private boolean ended;
    private int length;

    CopyRows(DumpBytes dump, String table, Encoding encoding) {
        this.dump = dump;
        this.table = table;
        this.scan = new RowScan(encoding);
    }

    @Override
    public boolean read(RowBlock block) throws IOException {
        scan.beginBlock();
        length = 0;
        int room = block.bytes().length;
        takeCarried(block, room);
        while (length < room && !ended) {
            fill(block, room);
        }
        keepBeginningOfRow(block);
        rowsBefore += scan.rows();
        block.set(length, scan.rows(), length > scan.rowEnd());
        return length > 0;
    }

    @Override
    public long rowCount() {
        return rowsBefore;
    }

    /** The end marker was taken. */
    boolean ended() {
        return ended && carried.length == 0;
    }

    /** What is carried was looked at already and holds no end of a row. */
    private void takeCarried(RowBlock block, int room) {
        int count = Math.min(room, carried.length);
        System.arraycopy(carried, 0, block.bytes(), 0, count);
        carried = Arrays.copyOfRange(carried, count, carried.length);
        length = count;
    }

    private void fill(RowBlock block, int room) throws IOException {
        if (scan.atRowStart() && takeEndMarker()) {
            ended = true;
            return;
        }
        if (dump.peek(0) < 0) {
            throw problem(
                            DUMP_TRUNCATED,
                            "the dump ends inside table '%s', after %d whole rows",
                            table,
                            rowsBefore + scan.rows())
                    .at(dump.position())
                    .remedy(
                            "Compare the file size with the original; the copy may have been cut short.",
                            "Restore an older backup instead.");
        }
        int begin = dump.begin();
        int most = Math.min(dump.end() - begin, room - length);
        long lineFeedsBefore = scan.lineFeeds();
        int count = scan.run(dump.bytes(), begin, begin + most, length) - begin;
        if (scan.misplacedMarker()) {
            throw misplacedMarker(count);
        }
        System.arraycopy(dump.bytes(), begin, block.bytes(), length, count);
        dump.skip(count, scan.lineFeeds() - lineFeedsBefore);
        length += count;
    }

    /** A row that does not end in this block goes into the next one, unless it alone fills this block. */
    private void keepBeginningOfRow(RowBlock block) {
        int end = scan.rowEnd();
        if (end > 0 && end < length) {
            carried = Arrays.copyOfRange(block.bytes(), end, length);
            length = end;
        }
    }

    private boolean takeEndMarker() throws IOException {
        if (dump.peek(0) != '\\' || dump.peek(1) != '.') {
            return false;
        }
        int end = dump.peek(2) == '\r' ? 3 : 2;
        if (dump.peek(end) != '\n') {
            return false;
        }
        dump.skip(end + 1);
        return true;
    }

    /** A server would stop reading there without a word, so the rows behind it would be lost. */
    private RuntimeException misplacedMarker(int offset) throws IOException {
        if (dump.peek(offset + 2) < 0 || (dump.peek(offset + 2) == '\r' && dump.peek(offset + 3) < 0)) {
            return problem(DUMP_TRUNCATED, "the dump ends inside the end marker of table '%s'", table)
                    .at(dump.position() + offset)
                    .remedy(
                            "Compare the file size with the original; the copy may have been cut short.",
                            "Restore an older backup instead.");
        }
        return problem(
                        DUMP_DAMAGED,
                        "line %d, a row of table '%s', holds the end marker '\\.' that must stand alone",
                        dump.lineOf(offset),
                        table)
                .at(dump.position() + offset)
                .remedy(
                        "Copy the file from its origin again and compare the checksums.",
                        "Restore an older backup instead.");
    }
}
