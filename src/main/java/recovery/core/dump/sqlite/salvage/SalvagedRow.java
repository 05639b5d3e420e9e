package recovery.core.dump.sqlite.salvage;

import java.util.List;
import java.util.OptionalLong;

/**
 * One row that could be read.
 *
 * @param root of the b-tree that leads to it; 0 if nothing does
 * @param page on which it stands
 * @param rowid empty for what was stored in an index
 * @param values as many as were stored: null, {@link Long}, {@link Double}, {@link String}, {@link RawText}, {@code byte[]}
 * @param whole false if the end of the row is lost; then there are fewer values than were stored
 */
public record SalvagedRow(int root, int page, OptionalLong rowid, List<Object> values, boolean whole) {}
