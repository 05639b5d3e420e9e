package recovery.core.target.postgres;

import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Which rows of a table went over one connection. The server counts the rows it gets; people look for them in the dump.
 * For one thread.
 */
final class RowPlaces {
    /** {@code COPY orders, line 5, column total: "x"}; the words may be in another language. */
    private static final Pattern LINE = Pattern.compile("(?s)(COPY .*?, \\S+ )([0-9]+)(.*)");

    /** Rows sent before a block, and rows of the table before it; neighbouring blocks count as one. */
    private final TreeMap<Long, Long> blocks = new TreeMap<>();

    private long sentEnd = -1;
    private long tableEnd = -1;

    /** A block was taken: so many rows were sent before it, so many of the table stand before it, so many end in it. */
    void block(long sentBefore, long tableBefore, long rows) {
        if (sentBefore != sentEnd || tableBefore != tableEnd) {
            blocks.put(sentBefore, tableBefore);
        }
        sentEnd = sentBefore + rows;
        tableEnd = tableBefore + rows;
    }

    /** {@code where} with the row of the table instead of that of the connection. */
    String inTable(String where) {
        Matcher line = LINE.matcher(where);
        if (!line.matches() || line.group(2).length() > 18) {
            return where;
        }
        long sent = Long.parseLong(line.group(2)) - 1;
        Map.Entry<Long, Long> block = blocks.floorEntry(sent);
        return block == null ? where : line.group(1) + (sent - block.getKey() + block.getValue() + 1) + line.group(3);
    }
}
