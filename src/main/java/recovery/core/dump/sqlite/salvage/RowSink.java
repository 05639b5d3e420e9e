package recovery.core.dump.sqlite.salvage;

/** Takes rows as they are read. */
public interface RowSink {
    /** A row of the table, with all its values. */
    void row(SalvagedRow row);

    /** What can be read of a row of which a part is lost, or that cannot be one of the table. */
    void remains(SalvagedRow row);
}
