package recovery.core.target.sqlite;

/**
 * How large a decrypted database may be to be looked at in memory. It is there twice for a moment, in the heap and in
 * SQLite, which is why the usual limit is a quarter of the heap.
 *
 * @param bytes never more than the heap can hold beside what the program needs itself
 */
public record MemoryLimit(long bytes) {
    /** What SQLite takes in one piece. */
    private static final long LARGEST = Integer.MAX_VALUE - 8L;

    /** A quarter of the heap's limit. */
    public static MemoryLimit usual() {
        return new MemoryLimit(Runtime.getRuntime().maxMemory() / 4);
    }

    public MemoryLimit {
        bytes = Math.min(bytes, Math.min(LARGEST, most()));
    }

    /** Half of the heap: the rest is for the page cache, buffers and the server. */
    public static long most() {
        return Runtime.getRuntime().maxMemory() / 2;
    }

    /** The heap's limit with which so many bytes would be allowed. */
    public static long heapFor(long bytes) {
        return 2 * bytes + (64L << 20);
    }

    boolean holds(long length) {
        return length <= bytes;
    }
}
