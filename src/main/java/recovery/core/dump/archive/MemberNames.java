package recovery.core.dump.archive;

import static recovery.core.error.ErrorCode.DUMP_TRUNCATED;
import static recovery.core.error.RecoveryException.problem;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/**
 * Whose data the files of an archive hold: those that the table of contents names, and those of large objects. For one
 * thread.
 */
final class MemberNames {
    private final Map<String, Owner> owners = new HashMap<>();

    /** An entry, or one large object of it. */
    record Owner(TocEntry entry, OptionalLong oid) {}

    MemberNames(Toc toc, Map<String, Map<Long, String>> largeObjects) {
        for (TocEntry entry : toc.entries()) {
            String file = entry.data().file();
            if (!entry.hasData()) {
                continue;
            }
            if (entry.isLargeObjects()) {
                list(entry, largeObjects).forEach((oid, name) -> add(name, new Owner(entry, OptionalLong.of(oid))));
            } else {
                add(file, new Owner(entry, OptionalLong.empty()));
            }
        }
    }

    /** A directory archive names the list; the tar format gives it one of these names instead. */
    private static Map<Long, String> list(TocEntry entry, Map<String, Map<Long, String>> largeObjects) {
        for (String name : List.of(entry.data().file(), "blobs_" + entry.dumpId() + ".toc", "blobs.toc")) {
            if (largeObjects.containsKey(name)) {
                return largeObjects.get(name);
            }
        }
        throw missing("blobs.toc", 0);
    }

    private void add(String file, Owner owner) {
        if (owners.put(file, owner) != null) {
            throw ArchiveProblems.damaged("two entries have their data in the file '%s'".formatted(file), 0);
        }
    }

    /** How many of them have a file. */
    long largeObjects() {
        return owners.values().stream().filter(owner -> owner.oid().isPresent()).count();
    }

    /** Whose data a member holds, and how it is packed. */
    record Content(Owner owner, Packing packing, String file) {}

    /** What the member of that name holds; empty if it is no data. */
    Optional<Content> content(String member) {
        for (Packing packing : Packing.values()) {
            if (member.endsWith(packing.suffix())) {
                String file =
                        member.substring(0, member.length() - packing.suffix().length());
                Owner owner = owners.get(file);
                if (owner != null) {
                    return Optional.of(new Content(owner, packing, file));
                }
            }
        }
        return Optional.empty();
    }

    /** Refuses an archive in which a file is not among {@code members}. */
    void refuseMissing(Set<String> members, long position) {
        for (String file : owners.keySet()) {
            boolean there = false;
            for (Packing packing : Packing.values()) {
                there |= members.contains(file + packing.suffix());
            }
            if (!there) {
                throw missing(file, position);
            }
        }
    }

    static RuntimeException missing(String name, long position) {
        return problem(DUMP_TRUNCATED, "the archive lacks the file '%s'", name)
                .at(position)
                .remedy("Copy all files of the archive from their origin again.", "Restore an older backup instead.");
    }
}
