package recovery.core.target.postgres;

import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

/**
 * The schemas of the live database and its extensions, as far as both may be moved by the role that restores. What lies
 * in the server's own schemas is left out. Immutable.
 */
record LiveSchemas(List<Schema> schemas, List<Extension> extensions) {
    static final String PUBLIC = "public";

    private static final String EXTENSIONS = CatalogObjects.WITH + """
            SELECT e.extname, n.nspname, e.extrelocatable,
              NOT EXISTS (SELECT FROM members m WHERE m.ext = e.oid AND m.ns <> e.extnamespace) AS together,
              (SELECT rolsuper FROM pg_catalog.pg_roles WHERE rolname = current_user)
                OR (pg_catalog.pg_has_role(e.extowner, 'USAGE') AND NOT EXISTS (SELECT FROM members m
                    WHERE m.ext = e.oid AND (m.owner = 0 OR NOT pg_catalog.pg_has_role(m.owner, 'USAGE')))),
              EXISTS (SELECT FROM members m WHERE m.ext = e.oid AND m.class = 'pg_catalog.pg_class'::regclass)
            FROM pg_catalog.pg_extension e JOIN pg_catalog.pg_namespace n ON n.oid = e.extnamespace
            WHERE n.nspname !~ '^pg_' ORDER BY 1""";

    private static final String SCHEMAS = CatalogObjects.WITH + """
            SELECT n.oid, n.nspname, pg_catalog.pg_get_userbyid(n.nspowner), pg_catalog.pg_has_role(n.nspowner, 'USAGE'),
              EXISTS (SELECT FROM pg_catalog.pg_depend d WHERE d.classid = 'pg_catalog.pg_namespace'::regclass
                      AND d.objid = n.oid AND d.deptype = 'e') OR (
                EXISTS (SELECT FROM members m WHERE m.ns = n.oid) AND NOT EXISTS (SELECT FROM objects o
                  WHERE o.ns = n.oid AND NOT EXISTS (SELECT FROM members m WHERE m.class = o.class AND m.id = o.id))),
              ARRAY(SELECT DISTINCT e.extname::text FROM pg_catalog.pg_extension e WHERE e.extnamespace = n.oid
                    OR EXISTS (SELECT FROM members m WHERE m.ext = e.oid AND m.ns = n.oid))
            FROM pg_catalog.pg_namespace n WHERE n.nspname !~ '^pg_' AND n.nspname <> 'information_schema' ORDER BY 2""";

    /** What becomes of a schema while a dump is loaded. */
    enum Kind {
        /** Renamed aside. */
        SET_ASIDE,
        /** Holds nothing but extensions that cannot be moved; the dump finds it and them. */
        OF_EXTENSIONS,
        /** Holds extensions that cannot be moved, and other objects. */
        HELD_BY_EXTENSIONS,
        /** Belongs to somebody else. */
        OF_OTHERS,
        /** Kept by an earlier swap. */
        PREVIOUS
    }

    /**
     * @param extensions that lie in it, at least with a part
     * @param holding those of them that cannot be moved
     */
    record Schema(long oid, String name, String owner, Kind kind, List<String> extensions, List<String> holding) {}

    /**
     * @param movable the role may move it to another schema
     * @param relocatable anybody could
     * @param relations it has tables or views, for whose readers a move is in the way
     */
    record Extension(String name, String schema, boolean movable, boolean relocatable, boolean relations) {}

    static LiveSchemas look(PostgresSession session) throws SQLException {
        List<Extension> extensions = session.list(
                row -> new Extension(
                        row.getString(1),
                        row.getString(2),
                        row.getBoolean(3) && row.getBoolean(4) && row.getBoolean(5),
                        row.getBoolean(3) && row.getBoolean(4),
                        row.getBoolean(6)),
                EXTENSIONS);
        List<String> stuck = extensions.stream()
                .filter(extension -> !extension.movable())
                .map(Extension::name)
                .toList();
        List<Schema> schemas = session.list(
                row -> {
                    List<String> within = List.of((String[]) row.getArray(6).getArray());
                    List<String> holding =
                            within.stream().filter(stuck::contains).toList();
                    Kind kind = kind(row.getString(2), row.getBoolean(4), row.getBoolean(5), !holding.isEmpty());
                    return new Schema(row.getLong(1), row.getString(2), row.getString(3), kind, within, holding);
                },
                SCHEMAS);
        return new LiveSchemas(schemas, extensions);
    }

    private static Kind kind(String name, boolean mine, boolean onlyExtensions, boolean held) {
        if (SchemaNames.isKept(name)) {
            return Kind.PREVIOUS;
        }
        if (onlyExtensions && (held || !mine)) {
            return Kind.OF_EXTENSIONS;
        }
        if (!mine) {
            return Kind.OF_OTHERS;
        }
        return held ? Kind.HELD_BY_EXTENSIONS : Kind.SET_ASIDE;
    }

    Optional<Schema> find(String name) {
        return schemas.stream().filter(schema -> schema.name().equals(name)).findAny();
    }

    List<Schema> of(Kind kind) {
        return schemas.stream().filter(schema -> schema.kind() == kind).toList();
    }

    /** Those that lie in that schema and go with its name. */
    List<Extension> movableIn(String schema) {
        return extensions.stream()
                .filter(extension -> extension.movable() && extension.schema().equals(schema))
                .toList();
    }
}
