package recovery.core.target.postgres;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import recovery.core.dump.DumpPart;

/**
 * INSERTs that go to the server together, in their order, because a round trip for each would cost more than the work.
 * Holds no more than about {@link #MAX_CHARS}, or one statement if that alone is larger. For one thread.
 */
final class InsertBatch {
    private static final int MAX_STATEMENTS = 1000;
    private static final int MAX_CHARS = 1024 * 1024;

    private final List<Insert> inserts = new ArrayList<>();
    private StringBuilder sql = new StringBuilder();

    /**
     * @param expected how many rows it adds; empty if that cannot be read off
     * @param part which part of the dump it is
     */
    record Insert(DumpPart.Statement statement, TableName table, OptionalLong expected, long part) {}

    /** Whether another statement of that many characters fits. */
    boolean hasRoomFor(int chars) {
        return inserts.isEmpty() || (inserts.size() < MAX_STATEMENTS && sql.length() + chars < MAX_CHARS);
    }

    void add(Insert insert) {
        // A comment at the end of a statement must not swallow the semicolon.
        sql.append(insert.statement().sql()).append("\n;\n");
        inserts.add(insert);
    }

    boolean isEmpty() {
        return inserts.isEmpty();
    }

    String sql() {
        return sql.toString();
    }

    List<Insert> inserts() {
        return List.copyOf(inserts);
    }

    void clear() {
        inserts.clear();
        if (sql.capacity() > 2 * MAX_CHARS) {
            sql = new StringBuilder();
        }
        sql.setLength(0);
    }
}
