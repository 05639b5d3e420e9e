package recovery.core.target.postgres;

import java.util.Set;
import recovery.core.dump.Entry;
import recovery.core.dump.Section;
import recovery.core.target.Work;

/** To which kind of work a statement belongs that is run in the order of the dump. Stateless. */
final class WorkOf {
    /** The latter are primary and unique keys, whose time goes into the index below them. */
    private static final Set<String> INDEXES = Set.of("INDEX", "CONSTRAINT");

    private WorkOf() {}

    /** By its entry: what is under none counts as a definition. */
    static Work entry(Entry entry) {
        if (entry.section() != Section.POST_DATA) {
            return Work.DEFINE;
        }
        return INDEXES.contains(entry.kind()) ? Work.INDEX : Work.CONSTRAINT;
    }
}
