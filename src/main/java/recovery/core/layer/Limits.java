package recovery.core.layer;

/**
 * How much a packed file may unpack to before it is taken for a bomb. Checked while it is read, layer by layer.
 *
 * @param ratio content bytes per byte of the file; small files are not measured by it
 * @param contentBytes of the whole content
 */
public record Limits(long ratio, long contentBytes) {
    /** A dump of repeated rows may well be a thousandth of its size. */
    public static final Limits GENEROUS = new Limits(5_000, 1L << 50);

    public Limits {
        if (ratio < 1 || contentBytes < 1) {
            throw new IllegalArgumentException("limits are positive: " + ratio + ", " + contentBytes);
        }
    }
}
