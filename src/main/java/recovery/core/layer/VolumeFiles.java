package recovery.core.layer;

import java.io.Closeable;
import java.io.IOException;
import java.util.Optional;

/** All members of an archive one behind the other, with their content. For one thread; closing closes the file. */
public final class VolumeFiles extends BlockStream implements Closeable {
    private final MemberReader archive;
    private boolean inFile;

    VolumeFiles(MemberReader archive) {
        this.archive = archive;
    }

    /**
     * The next member; empty at the proven end of the archive and of the layers around it.
     *
     * @throws recovery.core.error.RecoveryException the codes of the layers
     */
    public Optional<VolumeFile> next() throws IOException {
        Optional<MemberReader.Member> member = archive.next();
        inFile = member.filter(MemberReader.Member::isFile).isPresent();
        if (member.isEmpty()) {
            archive.drain();
        }
        return member.map(file -> new VolumeFile(file.name(), file.traits()));
    }

    /** The content of the last member. */
    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        return length == 0 ? 0 : inFile ? archive.read(target, offset, length) : -1;
    }

    @Override
    public void close() throws IOException {
        archive.close();
    }
}
