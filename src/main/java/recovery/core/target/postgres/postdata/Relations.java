package recovery.core.target.postgres.postdata;

import java.util.Set;

/** What the catalog of the copy says of tables that exist; asked while steps are made, in the order of the dump. */
public interface Relations {
    /** The table is divided into partitions, so that it holds no rows itself. */
    boolean isPartitioned(String schema, String table);

    /** Keys ({@link Step#name}) of all partitions and inheriting tables of a table, at any depth; without itself. */
    Set<String> below(String schema, String table);

    /** Keys of all tables of which a table is a partition or inherits, up to the root; without itself. */
    Set<String> above(String schema, String table);
}
