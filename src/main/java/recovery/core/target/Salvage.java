package recovery.core.target;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What was saved of a damaged database file, and what is known to be lost of it. More may be lost than is known.
 *
 * @param tables in the order of the file
 * @param strays rows that belong to no table for certain, or that their table does not take
 * @param straysIn the table they were put into; empty if there are none
 * @param definitionsLost not all definitions could be read, so that there may have been more tables
 * @param notMade what the new file lacks, or has in part, sentences
 */
public record Salvage(List<Table> tables, long strays, String straysIn, boolean definitionsLost, List<String> notMade) {
    private static final int NAMED_AT_MOST = 10;

    /**
     * @param name as SQL
     * @param saved rows
     * @param lost rows that are known to be lost
     * @param lostPages pages of the table that hold nothing any more
     * @param perhaps how many rows these had, going by the others
     * @param unknown pages are lost that led to others, so that nobody can tell how many rows are
     */
    public record Table(String name, long saved, long lost, long lostPages, long perhaps, boolean unknown) {
        public boolean whole() {
            return lost == 0 && lostPages == 0 && !unknown;
        }

        /** What is lost of it, e.g. {@code at least 12 rows of 'orders' are lost}; empty if nothing. */
        public String loss() {
            if (whole()) {
                return "";
            }
            if (lost > 0 && lostPages == 0 && !unknown) {
                return "at least %s of '%s' %s lost".formatted(plural(lost, "row"), name, lost == 1 ? "is" : "are");
            }
            String rows = lost > 0 ? "at least %s and ".formatted(plural(lost, "row")) : "";
            String guess = unknown
                    ? ", nobody can tell how many rows"
                    : perhaps > 0 ? " with about %s".formatted(plural(perhaps, "row")) : "";
            String are = lost == 0 && lostPages == 1 ? "is" : "are";
            return "%s%s of '%s' %s lost%s".formatted(rows, plural(lostPages, "page"), name, are, guess);
        }
    }

    public Salvage {
        tables = List.copyOf(tables);
        notMade = List.copyOf(notMade);
    }

    public long saved() {
        return tables.stream().mapToLong(Table::saved).sum();
    }

    /** E.g. {@code 1,034 rows of 5 tables}. */
    public String held() {
        return "%s of %s".formatted(plural(saved(), "row"), plural(tables.size(), "table"));
    }

    /** What is there and what is not, in parts of a sentence. */
    public String summary() {
        return held() + "; " + String.join("; ", losses());
    }

    /** What is lost, in parts of a sentence without a full stop; says so if nothing is known to be. */
    public List<String> losses() {
        List<String> all = new ArrayList<>();
        List<String> tablesLost =
                tables.stream().map(Table::loss).filter(loss -> !loss.isEmpty()).toList();
        tablesLost.stream().limit(NAMED_AT_MOST).forEach(all::add);
        if (tablesLost.size() > NAMED_AT_MOST) {
            all.add("something is lost of %s more".formatted(plural(tablesLost.size() - NAMED_AT_MOST, "table")));
        }
        if (definitionsLost) {
            all.add("definitions are lost, so that whole tables may be");
        }
        if (strays > 0) {
            all.add("%s that no table could take %s in '%s'"
                    .formatted(plural(strays, "row"), strays == 1 ? "lies" : "lie", straysIn));
        }
        if (!notMade.isEmpty()) {
            all.add("not everything could be made again: " + notMade.get(0)
                    + (notMade.size() > 1 ? " and %d more, see the notes".formatted(notMade.size() - 1) : ""));
        }
        return all.isEmpty() ? List.of("no row is known to be lost, and nobody can tell that none is") : all;
    }

    private static String plural(long count, String noun) {
        return String.format(Locale.ROOT, "%,d %s%s", count, noun, count == 1 ? "" : "s");
    }
}
