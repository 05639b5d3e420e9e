package recovery.core.layer;

import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import java.util.OptionalInt;
import recovery.core.layer.MemberReader.Member;

/**
 * The content of one file in an archive: of the only one, whose end is reported when the end of the archive was read as
 * well and no other file stood before it; or of the one with a number, as {@link MemberScan} counts them. For one thread.
 * Closing closes the stream underneath.
 */
final class OneFileStream extends BlockStream {
    private final String kind;
    private final MemberReader archive;
    private final Members files;
    private final OptionalInt wanted;
    private int number = -1;
    private boolean inFile;
    private boolean ended;

    private OneFileStream(String kind, MemberReader archive, Layer.Surroundings file) {
        this.kind = kind;
        this.archive = archive;
        this.files = new Members(file.name());
        this.wanted = file.member();
    }

    static OneFileStream tar(InputStream in, Layer.Surroundings file) {
        return new OneFileStream("tar", tarMembers(in, file), file);
    }

    static OneFileStream zip(InputStream in, Layer.Surroundings file) {
        return new OneFileStream("zip", zipMembers(in, file), file);
    }

    static MemberReader tarMembers(InputStream in, Layer.Surroundings file) {
        return new TarMembers(file.packed(in, "tar archive"));
    }

    static MemberReader zipMembers(InputStream in, Layer.Surroundings file) {
        return new ZipMembers(file.packed(in, "zip archive"), file.name());
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
        number++;
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
            if (wanted.isPresent()) {
                toWanted();
            } else {
                toOnly();
            }
        }
        return -1;
    }

    private void toOnly() throws IOException {
        inFile = nextFile().isPresent();
        ended = !inFile;
        if (ended || files.isMoreThanOne()) {
            files.checkOne(kind);
            archive.drain();
        }
    }

    /** To the wanted file, or, behind it, to the end of the archive. */
    private void toWanted() throws IOException {
        Optional<Member> next = nextFile();
        while (next.isPresent() && number != wanted.getAsInt()) {
            next = nextFile();
        }
        inFile = next.isPresent();
        ended = !inFile;
        if (ended) {
            archive.drain();
        }
    }

    @Override
    public void close() throws IOException {
        archive.close();
    }
}
