package recovery.core.dump.archive;

import java.io.IOException;
import java.io.InputStream;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/** The data members of an archive in a tar file, in the order in which they come. For one thread. */
final class TarBlocks implements DataBlocks {
    private final TarReader tar;
    private final String base;
    private final Set<String> seen = new HashSet<>();
    private Optional<MemberNames> names = Optional.empty();

    TarBlocks(InputStream in, String base) {
        this.tar = new TarReader(in);
        this.base = base;
    }

    /** Whose data the members hold; given before the first one is read. */
    void use(MemberNames found) {
        names = Optional.of(found);
    }

    long position() {
        return tar.position();
    }

    @Override
    public Optional<DataBlock> next() throws IOException {
        MemberNames known = names.orElseThrow();
        for (Optional<TarReader.Member> member = tar.next(); member.isPresent(); member = tar.next()) {
            String name = member.get().name();
            Optional<MemberNames.Content> content =
                    name.startsWith(base) ? known.content(name.substring(base.length())) : Optional.empty();
            if (content.isPresent()) {
                long position = tar.position();
                seen.add(content.get().file() + content.get().packing().suffix());
                InputStream data =
                        PackedContent.open(tar.content(), content.get().packing(), tar::position);
                MemberNames.Owner owner = content.get().owner();
                return Optional.of(new DataBlock(owner.entry(), owner.oid(), data, position));
            }
        }
        known.refuseMissing(seen, tar.position());
        return Optional.empty();
    }
}
