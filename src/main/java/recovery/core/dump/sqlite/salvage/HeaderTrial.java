package recovery.core.dump.sqlite.salvage;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.nio.ByteBuffer;
import java.util.List;

/**
 * Finds out what the header of a database file says, or should say. The page size is tried: with the right one most
 * pages of b-trees are such that all cells lie where they should, and the cells of most reach to the end of the page.
 * The layout of the header stands at {@link recovery.core.dump.sqlite.SqliteHeader}.
 */
final class HeaderTrial {
    private static final String MAGIC = "SQLite format 3\0";
    private static final List<Integer> SIZES = List.of(4096, 1024, 8192, 16384, 32768, 65536, 2048, 512);
    private static final int SAMPLES = 300;
    private static final int MOST_RESERVED = 255;

    private final Pages pages;
    private final ByteBuffer header;

    HeaderTrial(Pages pages) {
        this.pages = pages;
        this.header = ByteBuffer.wrap(pages.readAt(0, 100));
    }

    /** @param bytes of the file that lie on pages which fit, in the sample */
    private record Fit(int pageSize, int reserved, long bytes) {}

    /** Leaves the page size set. */
    DamagedHeader find() {
        int named = header.getShort(16) == 1 ? 65_536 : header.getShort(16) & 0xFFFF;
        int reserved = header.get(20) & 0xFF;
        boolean possible = named >= 512 && Integer.bitCount(named) == 1 && named - reserved >= 480;
        Fit asNamed = possible ? fit(named) : new Fit(0, 0, 0);
        Fit best = asNamed;
        for (int size : SIZES) {
            Fit fit = fit(size);
            // the sample of one size is not that of another
            best = fit.bytes() > best.bytes() + best.bytes() / 4 ? fit : best;
        }
        boolean right = possible && best.pageSize() == named && usual();
        if (best.bytes() == 0) {
            best = possible ? new Fit(named, reserved, 0) : new Fit(4096, 0, 0);
            right = possible && usual();
        }
        pages.size(best.pageSize());
        int kept = right ? reserved : best.reserved();
        return header(best.pageSize(), kept, right);
    }

    private DamagedHeader header(int pageSize, int reserved, boolean right) {
        int encoding = header.getInt(56);
        boolean known = right && encoding >= 1 && encoding <= 3;
        int usable = pageSize - reserved;
        int autoVacuum = !right ? 0 : header.getInt(52) == 0 ? 0 : header.getInt(64) == 0 ? 1 : 2;
        return new DamagedHeader(
                pageSize,
                usable,
                known ? encoding : new EncodingTrial(pages, usable).find(),
                autoVacuum,
                right ? header.getInt(60) : 0,
                right ? header.getInt(68) : 0,
                right && header.get(18) == 2,
                right ? header.getInt(32) : 0,
                !right || !known);
    }

    /** One of the two parts of the header that are the same in all files. */
    private boolean usual() {
        byte[] bytes = header.array();
        return MAGIC.equals(new String(bytes, 0, MAGIC.length(), ISO_8859_1))
                || (bytes[21] == 64 && bytes[22] == 32 && bytes[23] == 32);
    }

    private Fit fit(int size) {
        pages.size(size);
        int[] behind = new int[MOST_RESERVED + 1];
        int count = pages.count();
        int step = Math.max(1, count / SAMPLES);
        int looked = 0;
        for (long number = 1; number <= count; number += step) {
            looked++;
            BtreePage page = new BtreePage((int) number, pages.read((int) number), size);
            int end = page.contentEnd();
            if (end > 0 && size - end <= MOST_RESERVED) {
                behind[size - end]++;
            }
        }
        int reserved = 0;
        for (int bytes = 1; bytes <= MOST_RESERVED; bytes++) {
            reserved = behind[bytes] > behind[reserved] ? bytes : reserved;
        }
        long fitting = behind[reserved];
        return new Fit(size, reserved, looked == 0 ? 0 : fitting * pages.length() / looked);
    }
}
