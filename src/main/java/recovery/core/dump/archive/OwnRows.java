package recovery.core.dump.archive;

import java.io.IOException;
import java.util.Optional;
import java.util.OptionalLong;
import recovery.core.dump.DumpBytes;
import recovery.core.dump.RowBlock;
import recovery.core.dump.RowSource;
import recovery.core.dump.plain.CopyPiece;
import recovery.core.dump.plain.SqlRules;

/**
 * Rows with a way of their own to their bytes. They take memory only from the first read to the end. For one thread at a
 * time.
 */
final class OwnRows implements RowSource {
    /** Many are read beside each other. */
    private static final int WINDOW_BYTES = 128 * 1024;

    private final SqlRules rules;
    private final String copy;
    private final OwnContent content;
    private Optional<CopyPiece> open = Optional.empty();
    private Optional<Exception> failure = Optional.empty();
    private long rowCount;
    private boolean ended;

    /** {@code copy} is the statement before the rows. */
    OwnRows(SqlRules rules, String copy, OwnContent content) {
        this.rules = rules;
        this.copy = copy;
        this.content = content;
    }

    @Override
    public boolean read(RowBlock block) throws IOException {
        if (ended) {
            block.set(0, 0, false);
            return false;
        }
        refuseAgain();
        boolean done = false;
        try {
            boolean more = readOpen(block);
            done = true;
            return more;
        } catch (IOException | RuntimeException e) {
            failure = Optional.of(e);
            throw e;
        } finally {
            if (!done) {
                open = Optional.empty();
                content.close();
            }
        }
    }

    private boolean readOpen(RowBlock block) throws IOException {
        if (open.isEmpty()) {
            open = Optional.of(rules.rows(copy, DumpBytes.piece(content, content::position, new byte[WINDOW_BYTES])));
        }
        CopyPiece piece = open.get();
        boolean more = piece.read(block);
        rowCount = piece.rowCount();
        if (piece.ended()) {
            ended = true;
            open = Optional.empty();
        }
        return more;
    }

    /** What failed once fails again, also in the hands of another thread. */
    private void refuseAgain() throws IOException {
        if (failure.isPresent() && failure.get() instanceof RuntimeException before) {
            throw before;
        }
        if (failure.isPresent()) {
            throw new IOException("reading it failed before", failure.get());
        }
    }

    @Override
    public long rowCount() {
        return rowCount;
    }

    @Override
    public boolean isIndependent() {
        return true;
    }

    @Override
    public OptionalLong sizeHint() {
        return OptionalLong.of(content.sizeBytes());
    }
}
