package recovery.core.backup;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

/** Recognises tar archives by the header of their first member, and those of pg_dump by its name. */
public final class TarHead {
    /** So many bytes are needed. */
    public static final int BYTES = 512;

    private static final int NAME_BYTES = 100;
    private static final int CHECKSUM_AT = 148;
    private static final int CHECKSUM_BYTES = 8;

    private TarHead() {}

    /** Whether a tar archive begins so, or a member of one: the sum over the header is written in it, in octal. */
    public static boolean fits(byte[] head) {
        if (head.length < BYTES || head[0] == 0) {
            return false;
        }
        int sum = 0;
        for (int i = 0; i < BYTES; i++) {
            boolean inSum = i >= CHECKSUM_AT && i < CHECKSUM_AT + CHECKSUM_BYTES;
            sum += inSum ? ' ' : head[i] & 0xFF;
        }
        String written = new String(head, CHECKSUM_AT, CHECKSUM_BYTES, ISO_8859_1)
                .replace('\0', ' ')
                .strip();
        return written.matches("[0-7]{1,7}") && Integer.parseInt(written, 8) == sum;
    }

    /**
     * What pg_dump made of it: its tar archives begin with the table of contents. Any other member that was left here
     * instead of being unpacked is one of a directory archive.
     */
    static BackupFormat archive(byte[] head) {
        String name = new String(head, 0, NAME_BYTES, ISO_8859_1).replaceFirst("(?s)\0.*", "");
        return name.equals("toc.dat") ? BackupFormat.PG_TAR : BackupFormat.PG_DIRECTORY;
    }
}
