package recovery.core.dump.sqlite.salvage;

/**
 * One cell of a b-tree page.
 *
 * @param begin where it begins on the page
 * @param end behind its last byte
 * @param rowid of tables; 0 in an index
 * @param child of inner pages; else 0
 * @param payload how many bytes the record has, also those on other pages; 0 on inner pages of tables
 * @param at where the record begins on the page
 * @param local how many of its bytes stand on the page
 * @param overflow the page that goes on with it; 0 if all of it stands on this one
 */
record Cell(int begin, int end, long rowid, int child, long payload, int at, int local, int overflow) {}
