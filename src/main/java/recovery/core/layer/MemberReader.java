package recovery.core.layer;

import java.io.Closeable;
import java.io.IOException;
import java.util.Optional;

/**
 * The members of an archive one behind the other. For one thread. Closing closes the
 * stream underneath.
 */
interface MemberReader extends Closeable {
    /**
     * A member.
     *
     * @param bytes of content as far as they are known beforehand, else -1
     * @param traits what it is besides its name and content
     */
    record Member(String name, boolean isFile, long bytes, VolumeFile.Traits traits) {
        /** A file or folder of which nothing more is known. */
        Member(String name, boolean isFile, long bytes) {
            this(name, isFile, bytes, isFile ? VolumeFile.Traits.FILE : VolumeFile.Traits.FOLDER);
        }
    }

    /** The next member behind what is left of the last one; empty at the proven end. */
    Optional<Member> next() throws IOException;

    /** Bytes of the content of the last member; -1 at its proven end. */
    int read(byte[] target, int offset, int length) throws IOException;

    /** Reads to the end of the file, so that the layer below proves its end as well. */
    void drain() throws IOException;
}
