package recovery.core.target.postgres;

import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What is in a database besides the copy, if the copy is made within the live database and in one transaction of its
 * own: schemas that are none of the load's business, and what belongs to the database as a whole. Immutable.
 *
 * @param exist whether the copy is made within the live database, so that everything is one transaction
 * @param namespaces the schemas by their OIDs
 * @param names their names within this transaction
 * @param ready schemas that were made for the dump, or that it shares with extensions: it finds them there
 * @param extensions that exist, with the schema of each
 * @param largeObjects how many there were before
 */
record Neighbours(
        boolean exist,
        Set<Long> namespaces,
        Set<String> names,
        Set<String> ready,
        Map<String, String> extensions,
        long largeObjects) {
    /** The copy is a database of its own. */
    static final Neighbours NONE = new Neighbours(false, Set.of(), Set.of(), Set.of(), Map.of(), 0);

    Neighbours {
        namespaces = Set.copyOf(namespaces);
        names = Set.copyOf(names);
        ready = Set.copyOf(ready);
        extensions = Map.copyOf(extensions);
    }

    /** A condition that goes on with AND where it stands, true for what is in no schema of theirs. */
    String without(String namespaceColumn) {
        return namespaces.isEmpty()
                ? ""
                : " AND " + namespaceColumn + " <> ALL ('{"
                        + namespaces.stream().sorted().map(String::valueOf).collect(Collectors.joining(","))
                        + "}'::pg_catalog.oid[])";
    }
}
