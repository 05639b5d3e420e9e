package recovery.core.target.postgres;

import java.sql.SQLException;
import java.util.List;
import java.util.stream.Collectors;

/**
 * What in a database hangs on objects of certain schemas without lying there: it follows them when they are renamed, since the
 * server knows objects by their numbers. For one thread.
 */
final class Dependents {
    /** By the schema of what a rule, key, default, trigger or policy belongs to; 0 for what is in no schema. */
    private static final String PLACES = """
            , places (class, id, ns) AS (
              SELECT class, id, ns FROM objects
              UNION ALL SELECT 'pg_catalog.pg_class'::regclass, oid, relnamespace FROM pg_catalog.pg_class
                WHERE relkind IN ('i', 'I', 'c')
              UNION ALL SELECT 'pg_catalog.pg_type'::regclass, oid, typnamespace FROM pg_catalog.pg_type
                WHERE typrelid <> 0 OR typelem <> 0
              UNION ALL SELECT 'pg_catalog.pg_rewrite'::regclass, r.oid, c.relnamespace
                FROM pg_catalog.pg_rewrite r JOIN pg_catalog.pg_class c ON c.oid = r.ev_class
              UNION ALL SELECT 'pg_catalog.pg_constraint'::regclass, oid, connamespace FROM pg_catalog.pg_constraint
              UNION ALL SELECT 'pg_catalog.pg_attrdef'::regclass, d.oid, c.relnamespace
                FROM pg_catalog.pg_attrdef d JOIN pg_catalog.pg_class c ON c.oid = d.adrelid
              UNION ALL SELECT 'pg_catalog.pg_trigger'::regclass, t.oid, c.relnamespace
                FROM pg_catalog.pg_trigger t JOIN pg_catalog.pg_class c ON c.oid = t.tgrelid
                WHERE NOT t.tgisinternal
              UNION ALL SELECT 'pg_catalog.pg_policy'::regclass, p.oid, c.relnamespace
                FROM pg_catalog.pg_policy p JOIN pg_catalog.pg_class c ON c.oid = p.polrelid
              UNION ALL SELECT 'pg_catalog.pg_event_trigger'::regclass, oid, 0 FROM pg_catalog.pg_event_trigger),
            inside (ns) AS (SELECT oid FROM pg_catalog.pg_namespace WHERE nspname IN (%s))
            SELECT DISTINCT (pg_catalog.pg_identify_object(d.classid, d.objid, 0)).type || ' '
              || (pg_catalog.pg_identify_object(d.classid, d.objid, 0)).identity
            FROM pg_catalog.pg_depend d JOIN places o ON o.class = d.classid AND o.id = d.objid
            JOIN places r ON r.class = d.refclassid AND r.id = d.refobjid
            WHERE d.deptype IN ('n', 'a') AND r.ns IN (SELECT ns FROM inside) AND o.ns NOT IN (SELECT ns FROM inside)
              AND NOT EXISTS (SELECT FROM members m WHERE m.class = r.class AND m.id = r.id%s)
              AND (o.ns = 0 OR (SELECT nspname FROM pg_catalog.pg_namespace WHERE oid = o.ns) %s)
            ORDER BY 1 LIMIT 10""";

    private final PostgresSession session;

    Dependents(PostgresSession session) {
        this.session = session;
    }

    /** Ten at most, for people, that need anything in {@code schemas}. */
    List<String> outside(List<String> schemas) throws SQLException {
        return session.texts(CatalogObjects.WITH + PLACES.formatted(literals(schemas), " AND false", "IS NOT NULL"));
    }

    /**
     * Ten at most, for people, that would not follow {@code schemas} when others of these names come: all but members of
     * extensions, and what is kept by earlier swaps.
     */
    List<String> notFollowing(List<String> schemas) throws SQLException {
        return session.texts(
                CatalogObjects.WITH + PLACES.formatted(literals(schemas), "", "!~ '(^pg_|_before_[0-9]{14}$)'"));
    }

    private static String literals(List<String> schemas) {
        return schemas.isEmpty()
                ? "NULL"
                : schemas.stream().map(PostgresNames::literal).collect(Collectors.joining(", "));
    }
}
