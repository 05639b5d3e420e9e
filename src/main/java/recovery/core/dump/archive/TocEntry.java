package recovery.core.dump.archive;

import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import recovery.core.dump.Section;

/**
 * One entry of the table of contents. Names are the bytes of the archive, one character for each; long texts stay in
 * the file.
 *
 * @param index where it stands among the entries, from 0
 * @param kind pg_dump's description, e.g. {@code TABLE DATA}
 * @param section that of the entry before if its own is none
 * @param dependencies numbers of entries, with blanks between them
 */
record TocEntry(
        int index,
        int dumpId,
        String kind,
        String tag,
        Section section,
        Texts texts,
        Optional<String> schema,
        Storage storage,
        Optional<String> owner,
        boolean withOids,
        String dependencies,
        Data data) {

    /** Statements: that make the object, that drop it, and the COPY before its rows. */
    record Texts(Slice definition, Slice drop, Slice copy) {}

    /**
     * Where a table lies.
     *
     * @param tablespace empty text for the database's own; empty if the entry has none at all
     * @param partitioned it is a partitioned table; known from 1.16 on
     */
    record Storage(Optional<String> tablespace, Optional<String> accessMethod, boolean partitioned) {}

    /**
     * Where the data of an entry is.
     *
     * @param offset in custom archives, see {@link ArchiveInput#takeOffset}
     * @param file in directory and tar archives
     */
    record Data(boolean exists, long offset, String file) {
        static final Data NONE = new Data(false, ArchiveInput.NO_DATA, "");
    }

    boolean hasData() {
        return data.exists();
    }

    boolean isLargeObjects() {
        return kind.equals("BLOBS");
    }

    /** The same entry, read from another place; where its data lies may be known there and not here. */
    boolean repeats(TocEntry first) {
        return dumpId == first.dumpId
                && kind.equals(first.kind)
                && tag.equals(first.tag)
                && (isStatistics(kind)
                        || texts.definition().length()
                                == first.texts.definition().length())
                && schema.equals(first.schema)
                && owner.equals(first.owner)
                && dependencies.equals(first.dependencies)
                && hasData() == first.hasData();
    }

    static boolean isStatistics(String kind) {
        return kind.equals("STATISTICS DATA");
    }

    Set<Integer> dependencyIds() {
        Set<Integer> ids = new HashSet<>();
        for (String id : dependencies.split(" ", -1)) {
            if (!id.isEmpty()) {
                ids.add(Integer.valueOf(id));
            }
        }
        return ids;
    }
}
