package recovery.core.dump;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Counts line feeds, eight bytes at a time. */
final class LineFeeds {
    private static final VarHandle EIGHT_BYTES =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long LOW_BITS = 0x7F7F7F7F7F7F7F7FL;
    private static final long LINE_FEEDS = 0x0A0A0A0A0A0A0A0AL;

    private LineFeeds() {}

    /** Line feeds in {@code bytes} from {@code begin} to before {@code end}. */
    static long count(byte[] bytes, int begin, int end) {
        long count = 0;
        int i = begin;
        for (; i + 8 <= end; i += 8) {
            long differences = (long) EIGHT_BYTES.get(bytes, i) ^ LINE_FEEDS;
            long others = ((differences & LOW_BITS) + LOW_BITS) | differences | LOW_BITS;
            count += Long.bitCount(~others);
        }
        for (; i < end; i++) {
            if (bytes[i] == '\n') {
                count++;
            }
        }
        return count;
    }
}
