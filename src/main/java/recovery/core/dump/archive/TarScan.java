package recovery.core.dump.archive;

import static recovery.core.error.ErrorCode.BACKUP_NOT_RECOGNISED;
import static recovery.core.error.ErrorCode.BACKUP_UNSUPPORTED;
import static recovery.core.error.RecoveryException.problem;

import java.io.IOException;
import java.io.InputStream;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The first pass over an archive in a tar file: finds the table of contents, which may stand anywhere, the lists of
 * large objects, and whether every member is there. For one thread.
 */
final class TarScan {
    static final String TABLE = "toc.dat";

    private final TarReader tar;
    private final long mostMemory;
    private final Set<String> members = new HashSet<>();
    private final Map<String, Map<Long, String>> largeObjects = new HashMap<>();
    private Optional<Found> found = Optional.empty();
    private long memory;

    /** {@code base} stands before the names of all members, with a slash at its end, or is empty. */
    record Found(String base, Toc toc, Optional<byte[]> kept) {}

    TarScan(InputStream in, long mostMemory) {
        this.tar = new TarReader(in);
        this.mostMemory = mostMemory;
    }

    /** Reads up to the table of contents. */
    Found table() throws IOException {
        while (found.isEmpty()) {
            if (!step()) {
                throw problem(BACKUP_NOT_RECOGNISED, "the tar file holds no 'toc.dat' and so no dump of PostgreSQL")
                        .remedy("Unpack it and restore the dump that is in it.");
            }
        }
        return found.get();
    }

    /** Reads to the end; whose data the members hold. */
    MemberNames members(TocText text) throws IOException {
        Found table = table();
        while (step()) {
            // up to the end
        }
        Map<String, Map<Long, String>> ofBase = new HashMap<>();
        largeObjects.forEach((name, objects) -> {
            if (name.startsWith(table.base())) {
                ofBase.put(name.substring(table.base().length()), objects);
            }
        });
        Set<String> names = new HashSet<>();
        members.stream()
                .filter(name -> name.startsWith(table.base()))
                .forEach(name -> names.add(name.substring(table.base().length())));
        MemberNames all = new MemberNames(table.toc(), ofBase);
        all.refuseMissing(names, tar.position());
        LargeObjectCount.check(table.toc(), text, all.largeObjects(), tar.position());
        return all;
    }

    /** False at the end of the tar file. */
    private boolean step() throws IOException {
        Optional<TarReader.Member> next = tar.next();
        if (next.isEmpty()) {
            return false;
        }
        String name = next.get().name();
        if (!members.add(name)) {
            throw ArchiveProblems.damaged("its tar file holds '%s' twice".formatted(name), tar.position());
        }
        account(name.length());
        String last = name.substring(name.lastIndexOf('/') + 1);
        if (isTable(name)) {
            table(name);
        } else if (last.matches("blobs(_[0-9]+)?\\.toc")) {
            largeObjects.put(name, list(name));
        }
        return true;
    }

    static boolean isTable(String member) {
        return member.equals(TABLE) || member.endsWith("/" + TABLE);
    }

    private void table(String name) throws IOException {
        if (found.isPresent()) {
            throw problem(BACKUP_UNSUPPORTED, "the tar file holds more than one dump")
                    .remedy("Unpack it and restore the folder of the database that is needed.");
        }
        ArchiveInput in = new ArchiveInput(tar.content(), "inside its table of contents");
        in.record(TocText.MOST_KEPT);
        Toc toc = TocReader.read(in);
        found = Optional.of(new Found(name.substring(0, name.length() - TABLE.length()), toc, in.recorded()));
    }

    private Map<Long, String> list(String name) throws IOException {
        Map<Long, String> objects = new LinkedHashMap<>();
        LargeObjectFiles files = new LargeObjectFiles(tar.content(), name);
        for (Optional<LargeObjectFiles.LargeObject> next = files.next(); next.isPresent(); next = files.next()) {
            objects.put(next.get().oid(), next.get().file());
            account(next.get().file().length());
        }
        return objects;
    }

    private void account(long bytes) {
        memory += 200 + bytes;
        if (memory > mostMemory) {
            throw ArchiveProblems.tooLarge(
                    "the tar file has more than %d members, which does not fit into memory".formatted(members.size()),
                    tar.position());
        }
    }
}
