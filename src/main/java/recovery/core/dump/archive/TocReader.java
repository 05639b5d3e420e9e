package recovery.core.dump.archive;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static recovery.core.error.ErrorCode.DUMP_TRUNCATED;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import recovery.core.dump.Section;
import recovery.core.dump.SqlTokens;
import recovery.core.dump.plain.SqlRules;
import recovery.core.error.RecoveryException;

/**
 * Reads a table of contents (ReadToc in pg_backup_archiver.c).
 *
 * <pre>
 * integer count, then for each entry:
 * integer: dumpId, has data | texts: table oid, oid, tag, description | integer: section
 * texts: definition, drop, copy, schema, tablespace, from 1.14 access method | from 1.16 integer: relkind
 * texts: owner, with oids, dumpIds of dependencies until there is none
 * custom: offset of the block; tar and directory: text, name of the file
 * </pre>
 *
 * What it claims is believed only as far as the bytes are there. For one archive and one thread.
 */
final class TocReader {
    private static final int LONGEST_NAME = 4096;
    private static final int LONGEST_KIND = 64;
    private static final int LONGEST_NUMBER = 32;

    /** A function's tag holds the types of all its arguments. */
    private static final int LONGEST_TAG = 1 << 20;

    /** Of the three entries that say how the others are read. */
    private static final int LONGEST_SETTING = 1000;

    /** What an entry takes in memory besides its own names and numbers. */
    private static final int BYTES_OF_ENTRY = 200;

    private static final int PARTITIONED_TABLE = 'p';

    private final ArchiveInput in;
    private final ArchiveHeader header;
    private final long mostMemory;
    private final boolean repeated;
    private final List<TocEntry> entries = new ArrayList<>();
    private final Map<String, Optional<String>> names = new HashMap<>();
    private final Map<TocEntry.Storage, TocEntry.Storage> storages = new HashMap<>();
    private Section section = Section.PRE_DATA;
    private String encoding = "UTF8";
    private boolean standardStrings = true;
    private Optional<String> searchPath = Optional.empty();
    private long memory;

    private TocReader(ArchiveInput in, ArchiveHeader header, long mostMemory, boolean repeated) {
        this.in = in;
        this.repeated = repeated;
        this.header = header;
        this.mostMemory = mostMemory;
    }

    /** Takes header and table of contents; an archive of a newer version is refused where it cannot be understood. */
    static Toc read(ArchiveInput in) throws IOException {
        return read(in, Runtime.getRuntime().maxMemory() / 3);
    }

    /** As above, in at most {@code mostMemory} bytes. */
    static Toc read(ArchiveInput in, long mostMemory) throws IOException {
        ArchiveHeader header = ArchiveHeader.read(in);
        try {
            return new TocReader(in, header, mostMemory, false).read();
        } catch (RecoveryException e) {
            boolean understood = !header.isNewer() || e.code() == DUMP_TRUNCATED;
            throw understood ? e : header.unsupported(e);
        }
    }

    /**
     * Takes a second table of contents behind the data: pg_dump means to write it over the first one, now with the
     * places of all blocks, and it lands there when the output is opened for appending. It must be the first one's
     * equal.
     */
    static void skipRepeated(ArchiveInput in, Toc toc) throws IOException {
        TocReader second = new TocReader(in, toc.header(), Long.MAX_VALUE, true);
        long begin = in.position();
        boolean same = second.count() == toc.entries().size();
        for (TocEntry first : toc.entries()) {
            same = same && second.entry(first.index()).repeats(first);
            if (!same) {
                throw ArchiveProblems.damaged("what follows behind its data means nothing", begin);
            }
        }
        if (in.peek() >= 0) {
            throw ArchiveProblems.damaged("bytes follow behind its end", in.position());
        }
    }

    private Toc read() throws IOException {
        int count = count();
        while (entries.size() < count) {
            entries.add(entry(entries.size()));
        }
        if (!header.custom() && in.peek() >= 0) {
            throw ArchiveProblems.damaged("bytes follow behind its table of contents", in.position());
        }
        return new Toc(header, entries, SqlRules.of(encoding, standardStrings), searchPath);
    }

    private int count() throws IOException {
        long begin = in.position();
        int count = in.takeInt();
        if (count < 0) {
            throw ArchiveProblems.damaged("its table of contents has %d entries".formatted(count), begin);
        }
        return count;
    }

    private TocEntry entry(int index) throws IOException {
        long begin = in.position();
        int dumpId = in.takeInt();
        int hasData = in.takeInt();
        if (dumpId <= 0 || hasData < 0 || hasData > 1) {
            throw ArchiveProblems.damaged("its table of contents has an entry with number %d".formatted(dumpId), begin);
        }
        in.takeText(LONGEST_NUMBER);
        in.takeText(LONGEST_NUMBER);
        String tag = in.takeText(LONGEST_TAG).orElse("");
        String kind = kind();
        section();
        TocEntry.Texts texts = new TocEntry.Texts(definition(kind), in.skipText(), in.skipText());
        Optional<String> schema = name();
        TocEntry.Storage storage = storage();
        Optional<String> owner = name();
        boolean withOids = withOids();
        String dependencies = dependencies();
        TocEntry.Data data = data(dumpId, hasData == 1);
        account(tag.length() + dependencies.length());
        return new TocEntry(
                index, dumpId, kind, tag, section, texts, schema, storage, owner, withOids, dependencies, data);
    }

    private TocEntry.Storage storage() throws IOException {
        Optional<String> tablespace = name();
        Optional<String> accessMethod = header.minor() >= 14 ? name() : Optional.empty();
        boolean partitioned = header.minor() >= 16 && in.takeInt() == PARTITIONED_TABLE;
        TocEntry.Storage storage = new TocEntry.Storage(tablespace, accessMethod, partitioned);
        return storages.computeIfAbsent(storage, same -> same);
    }

    private TocEntry.Data data(int dumpId, boolean hasData) throws IOException {
        long begin = in.position();
        long offset = header.custom() ? in.takeOffset() : ArchiveInput.NOT_SET;
        String file = header.custom() ? "" : in.takeText(LONGEST_NAME).orElse("");
        boolean place = header.custom() ? offset != ArchiveInput.NO_DATA : !file.isEmpty();
        if (place != hasData) {
            throw ArchiveProblems.damaged(
                    "entry %d contradicts itself on whether it has data".formatted(dumpId), begin);
        }
        account(file.length());
        return hasData ? new TocEntry.Data(true, offset, file) : TocEntry.Data.NONE;
    }

    private String kind() throws IOException {
        long begin = in.position();
        String kind = in.takeText(LONGEST_KIND).orElse("");
        if (kind.isEmpty() || !kind.chars().allMatch(c -> c == ' ' || (c >= 'A' && c <= 'Z'))) {
            throw ArchiveProblems.damaged("its table of contents has an entry of no kind", begin);
        }
        return shared(kind).orElseThrow();
    }

    /** Comments and privileges have no section of their own: pg_restore counts them to the one before. */
    private void section() throws IOException {
        long begin = in.position();
        int number = in.takeInt();
        section = switch (number) {
            case 1 -> section;
            case 2 -> Section.PRE_DATA;
            case 3 -> Section.DATA;
            case 4 -> Section.POST_DATA;
            default -> throw ArchiveProblems.damaged("its table of contents names section %d".formatted(number), begin);
        };
    }

    private Slice definition(String kind) throws IOException {
        if (repeated && TocEntry.isStatistics(kind)) {
            // pg_dump 18 does not write it a second time: it seeks over what it believes to be there
            return Slice.NONE;
        }
        if (!kind.equals("ENCODING") && !kind.equals("STDSTRINGS") && !kind.equals("SEARCHPATH")) {
            return in.skipText();
        }
        long begin = in.position();
        String sql = in.takeText(LONGEST_SETTING).orElse("").strip();
        SqlTokens tokens = SqlTokens.of(sql, 10);
        String value = tokens.get(3).text();
        switch (kind) {
            case "ENCODING" -> encoding = value;
            case "STDSTRINGS" -> standardStrings = !value.equals("off");
            default -> searchPath = Optional.of(sql.endsWith(";") ? sql.substring(0, sql.length() - 1) : sql);
        }
        boolean known = kind.equals("SEARCHPATH")
                ? tokens.begins("select pg_catalog")
                : tokens.begins("set") && !value.isEmpty();
        if (!known) {
            throw ArchiveProblems.damaged("its table of contents has no setting where one should be", begin);
        }
        return Slice.NONE;
    }

    private boolean withOids() throws IOException {
        long begin = in.position();
        String text = in.takeText(LONGEST_NUMBER).orElse("false");
        if (!text.equals("true") && !text.equals("false")) {
            throw ArchiveProblems.damaged("an entry of its table of contents is not of the usual form", begin);
        }
        return text.equals("true");
    }

    private String dependencies() throws IOException {
        StringBuilder ids = new StringBuilder();
        long begin = in.position();
        Optional<String> id = in.takeText(LONGEST_NUMBER);
        while (id.isPresent()) {
            if (!id.get().matches("[0-9]{1,9}|1[0-9]{9}")) {
                throw ArchiveProblems.damaged("an entry of its table of contents depends on no number", begin);
            }
            ids.append(ids.isEmpty() ? "" : " ").append(id.get());
            if (ids.length() > mostMemory / 8) {
                account(ids.length());
            }
            begin = in.position();
            id = in.takeText(LONGEST_NUMBER);
        }
        return ids.toString();
    }

    private Optional<String> name() throws IOException {
        Optional<String> name = in.takeText(LONGEST_NAME);
        return name.isEmpty() ? name : shared(name.get());
    }

    /** The same few names stand at thousands of entries. */
    private Optional<String> shared(String name) {
        Optional<String> known = names.get(name);
        if (known == null) {
            known = Optional.of(name);
            names.put(name, known);
            account(name.length());
        }
        return known;
    }

    private void account(long bytes) {
        memory += BYTES_OF_ENTRY + bytes;
        if (memory > mostMemory) {
            throw ArchiveProblems.tooLarge(
                    "the table of contents of the archive has more than %d entries, which does not fit into memory"
                            .formatted(entries.size()),
                    in.position());
        }
    }

    /** The bytes that such a text was made of. */
    static byte[] bytes(String raw) {
        return raw.getBytes(ISO_8859_1);
    }
}
