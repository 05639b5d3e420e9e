package recovery.core.dump.archive;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.List;
import java.util.Optional;
import recovery.core.dump.Entry;
import recovery.core.dump.plain.SqlRules;

/**
 * The table of contents of one archive, without its long texts. Immutable.
 *
 * @param rules how its texts and rows are read
 * @param searchPath the statement that empties the search path; without it every entry needs the one of its schema
 */
record Toc(ArchiveHeader header, List<TocEntry> entries, SqlRules rules, Optional<String> searchPath) {
    Toc {
        entries = List.copyOf(entries);
    }

    /** {@code raw} in the encoding of the archive. */
    String text(String raw) {
        boolean ascii = raw.chars().allMatch(c -> c < 0x80);
        return ascii ? raw : rules.text(raw.getBytes(ISO_8859_1));
    }

    /** As the other readers give it. */
    Entry entry(TocEntry toc) {
        return new Entry(
                toc.section(),
                toc.kind(),
                toc.schema().filter(name -> !name.isEmpty()).map(this::text),
                text(toc.tag()),
                toc.owner().filter(name -> !name.isEmpty()).map(this::text),
                toc.dumpId(),
                toc.dependencyIds());
    }
}
