package recovery.core.dump.sqlite.salvage;

/**
 * What has to be known of a database file to read its pages, found by trial where its header is wrong.
 *
 * @param usable bytes of a page that are used
 * @param encoding 1 UTF-8, 2 UTF-16 little-endian, 3 UTF-16 big-endian
 * @param autoVacuum 0 none, 1 full, 2 incremental
 * @param freelist first page of the list of free pages; 0 if there is none, or nobody knows
 * @param repaired the header in the file is wrong
 */
public record DamagedHeader(
        int pageSize,
        int usable,
        int encoding,
        int autoVacuum,
        int userVersion,
        int applicationId,
        boolean writeAheadLog,
        int freelist,
        boolean repaired) {}
