package recovery.core.dump.sqlite.salvage;

/** Hands on everything as what remains of rows. */
final class Strays implements RowSink {
    private final RowSink to;

    private Strays(RowSink to) {
        this.to = to;
    }

    static RowSink to(RowSink sink) {
        return new Strays(sink);
    }

    @Override
    public void row(SalvagedRow row) {
        to.remains(row);
    }

    @Override
    public void remains(SalvagedRow row) {
        to.remains(row);
    }
}
