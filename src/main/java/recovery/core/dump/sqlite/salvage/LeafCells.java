package recovery.core.dump.sqlite.salvage;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * The cells of a page that can be believed: those that can be cells at all, do not begin inside another one, and, on
 * leaves of tables, stand in the order of their rowids.
 *
 * @param cells in the order of the page
 * @param lost how many more the page says to have
 */
record LeafCells(List<Cell> cells, int lost) {
    static LeafCells of(BtreePage page) {
        List<Cell> possible = new ArrayList<>();
        for (int index = 0; index < page.readableCells(); index++) {
            Cell cell = page.cell(index);
            if (cell != null) {
                possible.add(cell);
            }
        }
        List<Cell> apart = withoutNested(possible);
        List<Cell> cells = page.kind() == BtreePage.TABLE_LEAF ? ascending(apart) : apart;
        return new LeafCells(cells, page.cells() - cells.size());
    }

    private static List<Cell> withoutNested(List<Cell> cells) {
        List<Cell> byPlace = new ArrayList<>(cells);
        byPlace.sort(Comparator.comparingInt(Cell::begin));
        boolean nested = false;
        int end = 0;
        for (Cell cell : byPlace) {
            nested |= cell.begin() < end;
            end = Math.max(end, cell.end());
        }
        return nested ? apart(cells, byPlace) : cells;
    }

    private static List<Cell> apart(List<Cell> cells, List<Cell> byPlace) {
        boolean[] begins = new boolean[byPlace.get(byPlace.size() - 1).begin() + 1];
        int end = 0;
        for (Cell cell : byPlace) {
            if (cell.begin() >= end) {
                begins[cell.begin()] = true;
                end = cell.end();
            }
        }
        List<Cell> kept = new ArrayList<>();
        for (Cell cell : cells) {
            if (begins[cell.begin()]) {
                kept.add(cell);
                begins[cell.begin()] = false;
            }
        }
        return kept;
    }

    /** The longest series of cells whose rowids ascend. */
    private static List<Cell> ascending(List<Cell> cells) {
        boolean sorted = true;
        for (int i = 1; i < cells.size() && sorted; i++) {
            sorted = cells.get(i - 1).rowid() < cells.get(i).rowid();
        }
        return sorted ? cells : longest(cells);
    }

    private static List<Cell> longest(List<Cell> cells) {
        int[] tails = new int[cells.size()];
        int[] before = new int[cells.size()];
        int length = 0;
        for (int i = 0; i < cells.size(); i++) {
            int low = 0;
            int high = length;
            while (low < high) {
                int middle = (low + high) >>> 1;
                if (cells.get(tails[middle]).rowid() < cells.get(i).rowid()) {
                    low = middle + 1;
                } else {
                    high = middle;
                }
            }
            before[i] = low == 0 ? -1 : tails[low - 1];
            tails[low] = i;
            length = Math.max(length, low + 1);
        }
        Cell[] series = new Cell[length];
        int at = tails[length - 1];
        for (int i = length - 1; i >= 0; i--) {
            series[i] = cells.get(at);
            at = before[at];
        }
        return Arrays.asList(series);
    }
}
