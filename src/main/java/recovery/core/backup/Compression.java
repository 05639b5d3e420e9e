package recovery.core.backup;

import java.util.Locale;

/** The outermost compression of a backup file. */
public enum Compression {
    NONE,
    GZIP,
    ZSTD,
    LZ4,
    BZIP2,
    XZ,
    ZIP;

    /** As it stands in JSON. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
