package recovery.core.backup;

/** Says of a backup that was encrypted what it is, once its layers are off. */
public final class Identification {
    /** So many of the first bytes behind the layers are enough; fewer only if there are no more. */
    public static final int HEAD_BYTES = FirstBytes.ENOUGH;

    private Identification() {}

    /**
     * {@code backup} with the format, the engine and the contents that {@code head} shows, the first
     * {@link #HEAD_BYTES} bytes behind all layers, or all of them if there are fewer. If they are no backup, it is not
     * restorable any more and says why.
     */
    public static Backup identified(Backup backup, byte[] head) {
        Look look = FirstBytes.content(head, head.length < HEAD_BYTES);
        return new Backup(
                backup.name(),
                backup.path(),
                backup.sizeBytes(),
                backup.modified(),
                backup.taken(),
                look.format(),
                backup.compression(),
                backup.encrypted(),
                look.engine(),
                look.contents() == Contents.UNKNOWN ? backup.contents() : look.contents(),
                look.reason().isEmpty(),
                look.reason(),
                backup.sha256(),
                backup.metadata());
    }
}
