package recovery.core.dump.archive;

/** A text of the table of contents: where it stands there and how many bytes it has. */
record Slice(long at, int length) {
    static final Slice NONE = new Slice(0, 0);

    boolean isEmpty() {
        return length == 0;
    }
}
