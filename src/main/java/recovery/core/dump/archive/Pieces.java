package recovery.core.dump.archive;

import static recovery.core.error.ErrorCode.DUMP_DAMAGED;
import static recovery.core.error.RecoveryException.problem;

import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.LongSupplier;
import recovery.core.dump.DumpBytes;
import recovery.core.dump.DumpPart;
import recovery.core.dump.Entry;
import recovery.core.dump.plain.CopyPiece;
import recovery.core.dump.plain.SqlPieces;
import recovery.core.dump.plain.SqlRules;

/** Makes parts of texts and rows, one after the other in one buffer. For one thread. */
final class Pieces {
    private static final byte[] NO_BYTES = {};

    private final SqlRules rules;
    private final byte[] buffer = DumpBytes.newBuffer();

    Pieces(SqlRules rules) {
        this.rules = rules;
    }

    /** One statement that the reader itself has made up. */
    static DumpPart.Statement statement(Entry entry, String sql, long position) {
        return new DumpPart.Statement(entry, sql, position, 0, OptionalLong.empty());
    }

    /** The statements in {@code sql}; {@code where} for errors. */
    PartSource statements(Entry entry, InputStream sql, long position, LongSupplier where) {
        SqlPieces pieces = rules.pieces(DumpBytes.piece(sql, where, buffer));
        return () -> {
            Optional<SqlPieces.Piece> piece = pieces.next();
            if (piece.isPresent() && piece.get().firstWord().equals("copy")) {
                throw misplacedCopy(entry, position);
            }
            return piece.map(found -> new DumpPart.Statement(entry, found.sql(), position, 0, found.rows()));
        };
    }

    /** No program writes one; it might read a file or run a program on the server. */
    private static RuntimeException misplacedCopy(Entry entry, long position) {
        return problem(DUMP_DAMAGED, "the definition of %s '%s' holds a COPY statement", entry.kind(), entry.name())
                .at(position)
                .remedy("Restore an older backup instead.");
    }

    /** {@code copy} is the statement before the rows. */
    PartSource rows(Entry entry, String copy, DataBlocks.DataBlock block, LongSupplier where) throws IOException {
        if (block.own().isPresent()) {
            return ownRows(entry, copy, block, block.own().get());
        }
        CopyPiece rows = rules.rows(copy, DumpBytes.piece(block.content(), where, buffer));
        String table = qualified(rows.table(), entry);
        DumpPart part = new DumpPart.Rows(entry, table, rows.columns(), rows.encoding(), rows, block.position(), 0);
        return new Once(part) {
            @Override
            void close() {
                if (!rows.ended()) {
                    throw new IllegalStateException("the rows before were not read to their end");
                }
            }
        };
    }

    /** Rows that nobody has to read before the next part. */
    private PartSource ownRows(Entry entry, String copy, DataBlocks.DataBlock block, OwnContent content) {
        CopyPiece head = rules.rows(copy, DumpBytes.piece(InputStream.nullInputStream(), block::position, NO_BYTES));
        OwnRows rows = new OwnRows(rules, copy, content);
        String table = qualified(head.table(), entry);
        DumpPart part = new DumpPart.Rows(entry, table, head.columns(), head.encoding(), rows, block.position(), 0);
        return new Once(part) {
            @Override
            void close() {
                // they may be read at any later time
            }
        };
    }

    /** Old versions of pg_dump leave out the schema. */
    private static String qualified(String table, Entry entry) {
        boolean qualified = recovery.core.dump.SqlTokens.of(table, 2).get(1).isSymbol('.');
        return qualified || entry.schema().isEmpty()
                ? table
                : SqlNames.qualified(entry.schema(), "").replaceFirst("\"\"$", "") + table;
    }

    static PartSource largeObject(Entry entry, DataBlocks.DataBlock block) {
        InputStream content = block.content();
        DumpPart part = new DumpPart.LargeObject(entry, block.oid().orElseThrow(), content, block.position());
        return new Once(part) {
            /** Who has no use for it has not read it; its end is to be proven all the same. */
            @Override
            void close() throws IOException {
                content.transferTo(java.io.OutputStream.nullOutputStream());
            }
        };
    }

    /** A single part, and what is to be done when the one behind it is asked for. */
    private abstract static class Once implements PartSource {
        private final DumpPart part;
        private boolean given;

        Once(DumpPart part) {
            this.part = part;
        }

        @Override
        public Optional<DumpPart> next() throws IOException {
            if (given) {
                close();
                return Optional.empty();
            }
            given = true;
            return Optional.of(part);
        }

        abstract void close() throws IOException;
    }
}
