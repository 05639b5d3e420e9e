package recovery.core.layer;

import static recovery.core.error.ErrorCode.REQUEST_UNUSABLE;
import static recovery.core.error.RecoveryException.problem;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Collectors;
import recovery.core.backup.DatabaseHead;
import recovery.core.layer.MemberReader.Member;

/**
 * One pass through an archive, to see what is in it before anything is taken: a dump, an archive of pg_dump, or a volume
 * with databases. Files are called by their number, the first is 0; those that hold nothing are not counted. For one
 * thread.
 */
final class MemberScan {
    /** So many databases, logs and other files are remembered by name. */
    private static final int MOST_NAMES = 10_000;

    private static final int MOST_OTHERS = 20;

    private final String kind;
    private final Members files;
    private final Map<String, Integer> databases = new LinkedHashMap<>();
    private final Map<String, Integer> companions = new LinkedHashMap<>();
    private final List<String> others = new ArrayList<>();
    private long otherFiles;
    private int count;
    private boolean whole;
    private boolean ofPgDump;

    /** {@code archive}: the name of the backup, and what it is packed with, for errors. */
    MemberScan(String archive, String kind) {
        this.kind = kind;
        this.files = new Members(archive);
    }

    /** Looks through all of it, but no further than the table of contents of pg_dump. */
    MemberScan all(MemberReader archive) throws IOException {
        boolean tar = kind.equals("tar");
        Optional<Member> member = archive.next();
        while (member.isPresent() && !ofPgDump) {
            take(member.get(), archive);
            ofPgDump = tar && files.arePgDump();
            member = ofPgDump ? member : archive.next();
        }
        whole = !ofPgDump;
        return this;
    }

    /** Looks for the first database, as far as {@code mostBytes} of files; not at all into what looks like pg_dump's. */
    MemberScan glance(MemberReader archive, long mostBytes) throws IOException {
        long passed = 0;
        while (databases.isEmpty() && passed < mostBytes && count < MOST_NAMES) {
            Optional<Member> member = archive.next();
            if (member.isEmpty()) {
                whole = true;
                return this;
            }
            take(member.get(), archive);
            ofPgDump = count == 1 && Members.looksLikePgDump(member.get().name());
            if (ofPgDump) {
                return this;
            }
            passed += Math.max(0, member.get().bytes());
        }
        return this;
    }

    private void take(Member member, MemberReader archive) throws IOException {
        if (!Members.counts(member.name(), member.isFile(), member.bytes())) {
            return;
        }
        byte[] head = head(archive);
        if (head.length == 0) {
            // counted all the same: nobody knew beforehand that it holds nothing
            head = new byte[1];
        }
        files.add(member.name());
        String path = Volume.plain(member.name());
        if (DatabaseHead.fits(path, head, member.bytes())) {
            remember(databases, path);
        } else if (DatabaseHead.COMPANIONS.stream().anyMatch(path::endsWith)) {
            remember(companions, path);
        } else {
            otherFiles++;
            if (others.size() < MOST_OTHERS) {
                others.add(path);
            }
        }
        count++;
    }

    /** Of several files of one name the last is the one that counts, as for tar. */
    private void remember(Map<String, Integer> files, String path) {
        if (files.size() < MOST_NAMES) {
            files.put(path, count);
        }
    }

    private static byte[] head(MemberReader archive) throws IOException {
        byte[] head = new byte[DatabaseHead.BYTES];
        int length = 0;
        int more = 0;
        while (more >= 0 && length < head.length) {
            more = archive.read(head, length, head.length - length);
            length += Math.max(0, more);
        }
        return Arrays.copyOf(head, length);
    }

    /** Its members belong together. */
    boolean isPgDump() {
        return ofPgDump;
    }

    /** The pass ended before the archive did, and no database was met: nobody knows yet what it is. */
    boolean isOpen() {
        return databases.isEmpty() && !whole && !ofPgDump;
    }

    /** Refuses an archive of several files without a database. */
    void check() {
        if (databases.isEmpty()) {
            files.checkOne(kind);
        }
    }

    /**
     * The database that {@code opening} asks for; empty if the archive holds none.
     *
     * @throws recovery.core.error.RecoveryException REQUEST_UNUSABLE if it names one that is not there
     */
    Optional<Volume> volume(Opening opening) {
        if (databases.isEmpty()) {
            return Optional.empty();
        }
        List<String> paths = List.copyOf(databases.keySet());
        Optional<String> wanted = opening.database()
                .map(Volume::plain)
                .or(() -> paths.size() == 1 ? Optional.of(paths.get(0)) : Optional.empty())
                .or(() -> likeLive(paths, opening.preferred()));
        if (wanted.isPresent() && !databases.containsKey(wanted.get())) {
            throw problem(
                            REQUEST_UNUSABLE,
                            "the archive holds no database '%s', but %s",
                            wanted.get(),
                            paths.stream()
                                    .limit(MOST_OTHERS)
                                    .map(path -> "'" + path + "'")
                                    .collect(Collectors.joining(", ")))
                    .remedy("Name the database with its folders, as it is named here.");
        }
        return Optional.of(new Volume(wanted.orElse(paths.get(0)), paths, wanted.isEmpty(), others, otherFiles));
    }

    /** The one database whose file is named like the live one, in whatever folder. */
    private static Optional<String> likeLive(List<String> paths, Optional<String> name) {
        List<String> alike = paths.stream()
                .filter(path -> name.isPresent()
                        && path.substring(path.lastIndexOf('/') + 1).equals(name.get()))
                .toList();
        return alike.size() == 1 ? Optional.of(alike.get(0)) : Optional.empty();
    }

    /** The number of a database, or of what SQLite put beside one. */
    OptionalInt number(String path) {
        Integer number = databases.getOrDefault(path, companions.get(path));
        return number == null ? OptionalInt.empty() : OptionalInt.of(number);
    }
}
