package recovery.core.dump.sqlite.salvage;

/** Guesses the encoding of texts from the bytes that are 0 in a sample: of UTF-16 nearly every second one is. */
final class EncodingTrial {
    private static final int SAMPLES = 400;

    private final Pages pages;
    private final int usable;
    private long even;
    private long odd;
    private long bytes;

    EncodingTrial(Pages pages, int usable) {
        this.pages = pages;
        this.usable = usable;
    }

    int find() {
        int count = pages.count();
        int step = Math.max(1, count / SAMPLES);
        for (long number = 1; number <= count; number += step) {
            BtreePage page = new BtreePage((int) number, pages.read((int) number), usable);
            if (page.kind() == BtreePage.TABLE_LEAF) {
                for (int index = 0; index < page.readableCells(); index++) {
                    look(page.bytes(), page.cell(index));
                }
            }
        }
        if (even + odd < bytes / 8) {
            return 1;
        }
        return odd >= even ? 2 : 3;
    }

    private void look(byte[] page, Cell cell) {
        if (cell == null) {
            return;
        }
        RecordReader.texts(page, cell.at(), cell.local(), (from, to) -> {
            for (int at = from; at < to; at++) {
                if (page[at] == 0 && (at - from) % 2 == 0) {
                    even++;
                } else if (page[at] == 0) {
                    odd++;
                }
            }
            bytes += to - from;
        });
    }
}
