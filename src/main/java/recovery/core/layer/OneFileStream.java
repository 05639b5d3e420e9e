package recovery.core.layer;

import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import recovery.core.layer.MemberReader.Member;

/**
 * The content of the only file in an archive. Its end is reported when the end of the archive was read as well, and
 * no other file stood before it. For one thread. Closing closes the stream underneath.
 */
final class OneFileStream extends BlockStream {
    private final String kind;
    private final MemberReader archive;
    private final Members files;
    private boolean inFile;
    private boolean ended;

    private OneFileStream(String kind, MemberReader archive, Layer.Surroundings file) {
        this.kind = kind;
        this.archive = archive;
        this.files = new Members(file.name());
    }

    static OneFileStream tar(InputStream in, Layer.Surroundings file) {
        return new OneFileStream("tar", new TarMembers(file.packed(in, "tar archive")), file);
    }

    static OneFileStream zip(InputStream in, Layer.Surroundings file) {
        return new OneFileStream("zip", new ZipMembers(file.packed(in, "zip archive"), file.name()), file);
    }

    /** Looks at the first file only; whether pg_dump wrote the archive, as far as its name tells. */
    boolean seemsPgDump() throws IOException {
        return nextFile().filter(first -> Members.looksLikePgDump(first.name())).isPresent();
    }

    /** Looks through the archive; whether pg_dump wrote it, which writes no zip. If not, refuses unless there is one file. */
    boolean isPgDump() throws IOException {
        while (nextFile().isPresent()) {
            if (kind.equals("tar") && files.arePgDump()) {
                return true;
            }
        }
        files.checkOne(kind);
        return false;
    }

    /** Every file that may be a backup is remembered. */
    private Optional<Member> nextFile() throws IOException {
        Optional<Member> member = archive.next();
        while (member.isPresent()
                && !Members.counts(
                        member.get().name(), member.get().isFile(), member.get().bytes())) {
            member = archive.next();
        }
        member.ifPresent(file -> files.add(file.name()));
        return member;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        while (!ended) {
            int count = inFile ? archive.read(target, offset, length) : -1;
            if (count > 0) {
                return count;
            }
            inFile = nextFile().isPresent();
            ended = !inFile;
            if (ended || files.isMoreThanOne()) {
                files.checkOne(kind);
                archive.drain();
            }
        }
        return -1;
    }

    @Override
    public void close() throws IOException {
        archive.close();
    }
}
