package recovery.core.dump.archive;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import recovery.core.dump.DumpPart;
import recovery.core.dump.Entry;

/** The statements of one entry without data, after another. For one archive and one thread. */
final class EntryParts {
    private final Toc toc;
    private final TocText text;
    private final Surroundings surroundings;
    private final Pieces pieces;

    /** Lists of large objects, by their numbers: privileges on them name only the first one. */
    private final Map<Integer, TocEntry> largeObjects = new HashMap<>();

    EntryParts(Toc toc, TocText text, Surroundings surroundings, Pieces pieces) {
        this.toc = toc;
        this.text = text;
        this.surroundings = surroundings;
        this.pieces = pieces;
        for (TocEntry entry : toc.entries()) {
            if (entry.kind().equals("BLOB METADATA")) {
                largeObjects.put(entry.dumpId(), entry);
            }
        }
    }

    /**
     * False for the database itself and rights on it, since the copy is made otherwise, and for what was read before.
     * Settings of the database are handed out.
     */
    static boolean isRestored(TocEntry entry) {
        return !entry.tag().startsWith("DATABASE ")
                && !entry.kind().equals("DATABASE")
                && !entry.kind().equals("ENCODING")
                && !entry.kind().equals("STDSTRINGS")
                && !entry.kind().equals("SEARCHPATH");
    }

    PartSource of(TocEntry toc) throws IOException {
        Entry entry = this.toc.entry(toc);
        List<PartSource> sources = new ArrayList<>();
        sources.add(made(
                Entry.NONE, surroundings.before(toc), toc.texts().definition().at()));
        if (toc.kind().equals("BLOB METADATA")) {
            sources.add(created(toc, entry));
            return inOrder(sources);
        }
        if (toc.kind().equals("ACL") && toc.tag().startsWith("LARGE OBJECTS ")) {
            sources.add(privileges(toc, entry));
            return inOrder(sources);
        }
        long position = toc.texts().definition().at();
        sources.add(
                later(() -> pieces.statements(entry, text.open(toc.texts().definition()), position, () -> position)));
        sources.add(later(() -> made(entry, surroundings.after(toc), position)));
        return inOrder(sources);
    }

    private static PartSource made(Entry entry, List<String> statements, long position) {
        Deque<String> left = new ArrayDeque<>(statements);
        return () -> Optional.ofNullable(left.poll()).map(sql -> Pieces.statement(entry, sql, position));
    }

    /** Creates the large objects of a list, and gives each its owner at once. */
    private PartSource created(TocEntry toc, Entry entry) throws IOException {
        LargeObjectList list = new LargeObjectList(
                text.open(toc.texts().definition()), toc.texts().definition().at());
        String owner = entry.owner().map(SqlNames::quoted).orElse("");
        Deque<String> left = new ArrayDeque<>();
        return () -> {
            if (left.isEmpty()) {
                Optional<String> oid = list.next();
                oid.ifPresent(number -> left.add("SELECT pg_catalog.lo_create('" + number + "')"));
                oid.filter(number -> !owner.isEmpty() && !toc.texts().drop().isEmpty())
                        .ifPresent(number -> left.add("ALTER LARGE OBJECT " + number + " OWNER TO " + owner));
            }
            return Optional.ofNullable(left.poll())
                    .map(sql -> Pieces.statement(
                            entry, sql, toc.texts().definition().at()));
        };
    }

    /** Every statement again for every large object of the list it depends on. */
    private PartSource privileges(TocEntry toc, Entry entry) throws IOException {
        long position = toc.texts().definition().at();
        List<String> statements = new ArrayList<>();
        PartSource all = pieces.statements(entry, text.open(toc.texts().definition()), position, () -> position);
        for (Optional<DumpPart> part = all.next(); part.isPresent(); part = all.next()) {
            statements.add(((DumpPart.Statement) part.get()).sql());
        }
        TocEntry listed = toc.dependencyIds().stream()
                .filter(largeObjects::containsKey)
                .map(largeObjects::get)
                .findFirst()
                .orElseThrow(() -> ArchiveProblems.damaged(
                        "entry %d belongs to no list of large objects".formatted(toc.dumpId()), position));
        LargeObjectList list = new LargeObjectList(
                text.open(listed.texts().definition()),
                listed.texts().definition().at());
        Deque<String> left = new ArrayDeque<>();
        return () -> {
            if (left.isEmpty()) {
                list.next().ifPresent(oid -> statements.forEach(sql -> left.add(forObject(sql, oid))));
            }
            return Optional.ofNullable(left.poll()).map(sql -> Pieces.statement(entry, sql, position));
        };
    }

    private static String forObject(String sql, String oid) {
        return sql.replaceFirst("(?<= ON LARGE OBJECT )[0-9]+", oid);
    }

    /** A source that is opened when its turn comes. */
    private interface Opening {
        PartSource open() throws IOException;
    }

    private static PartSource later(Opening opening) {
        PartSource[] opened = new PartSource[1];
        return () -> {
            if (opened[0] == null) {
                opened[0] = opening.open();
            }
            return opened[0].next();
        };
    }

    private static PartSource inOrder(List<PartSource> sources) {
        Deque<PartSource> left = new ArrayDeque<>(sources);
        return () -> {
            while (!left.isEmpty()) {
                Optional<DumpPart> part = left.peek().next();
                if (part.isPresent()) {
                    return part;
                }
                left.poll();
            }
            return Optional.empty();
        };
    }
}
