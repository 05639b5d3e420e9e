package recovery.core.target.postgres;

/**
 * How it is noted that all rows of one part are stored. Any thread may use it.
 *
 * @param together in the transaction that brings them, because the table cannot be emptied by itself; so one connection
 *     brings them all
 */
record StoredRows(LoadLedger ledger, long part, String table, boolean together) {
    /** What notes them in that transaction. */
    LoadLedger.Entry entry(long rows, long bytes) {
        return ledger.rows(part, table, rows, bytes);
    }

    /** Notes them behind it. */
    void behind(long rows, long bytes) {
        ledger.stored(part, table, rows, bytes);
    }
}
