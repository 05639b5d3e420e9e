package recovery.core.dump.sqlite.salvage;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The pages of a file, numbered from 1. What lies behind its end, or cannot be read from the disk, is zeros. Keeps the
 * latest pages in memory, two megabytes of them. For one thread.
 */
final class Pages implements Closeable {
    private static final int KEPT_BYTES = 2 << 20;

    private final FileChannel channel;
    private final long length;
    private final Map<Integer, byte[]> kept = new LinkedHashMap<>(64, 0.75f, true);
    private int size = 4096;

    private Pages(FileChannel channel) throws IOException {
        this.channel = channel;
        this.length = channel.size();
    }

    static Pages open(Path file) throws IOException {
        FileChannel channel = FileChannel.open(file, StandardOpenOption.READ);
        try {
            return new Pages(channel);
        } catch (IOException failed) {
            channel.close();
            throw failed;
        }
    }

    /** Whoever tries page sizes sets each of them before reading with it. */
    void size(int bytes) {
        size = bytes;
        kept.clear();
    }

    int size() {
        return size;
    }

    long length() {
        return length;
    }

    /** Pages of the file; the last one may be cut. */
    int count() {
        return Math.toIntExact(Math.min((length + size - 1) / size, Integer.MAX_VALUE - 8));
    }

    /** The page; whoever gets it must not write to it. */
    byte[] read(int number) {
        byte[] page = kept.get(number);
        if (page == null) {
            page = readAt((number - 1L) * size, size);
            kept.put(number, page);
            forgetOldest();
        }
        return page;
    }

    private void forgetOldest() {
        Iterator<Integer> oldest = kept.keySet().iterator();
        while (kept.size() > 4 && (long) kept.size() * size > KEPT_BYTES) {
            oldest.next();
            oldest.remove();
        }
    }

    /** So many bytes from there on. */
    byte[] readAt(long position, int bytes) {
        ByteBuffer buffer = ByteBuffer.allocate(bytes);
        try {
            int read = 0;
            while (read >= 0 && buffer.hasRemaining()) {
                read = channel.read(buffer, position + buffer.position());
            }
        } catch (IOException unreadable) {
            System.getLogger(Pages.class.getName())
                    .log(System.Logger.Level.WARNING, "a part of the damaged file cannot be read", unreadable);
        }
        return buffer.array();
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
