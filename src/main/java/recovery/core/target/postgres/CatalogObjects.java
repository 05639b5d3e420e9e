package recovery.core.target.postgres;

/** Words of SQL for everything in a database that lies in a schema. */
final class CatalogObjects {
    /**
     * Begins a query: {@code objects (class, id, ns, owner)}, without what is a part of another object, such as indexes and
     * the types of rows; {@code members (ext, class, id, ns, owner)}, those that belong to an extension. Owner 0: superusers alone.
     */
    static final String WITH = """
            WITH objects (class, id, ns, owner) AS (
              SELECT 'pg_catalog.pg_class'::regclass::oid, oid, relnamespace, relowner FROM pg_catalog.pg_class
                WHERE relkind IN ('r', 'p', 'v', 'm', 'f', 'S')
              UNION ALL SELECT 'pg_catalog.pg_proc'::regclass, oid, pronamespace, proowner FROM pg_catalog.pg_proc
              UNION ALL SELECT 'pg_catalog.pg_type'::regclass, oid, typnamespace, typowner FROM pg_catalog.pg_type t
                WHERE NOT EXISTS (SELECT FROM pg_catalog.pg_depend d WHERE d.classid = 'pg_catalog.pg_type'::regclass
                                  AND d.objid = t.oid AND d.deptype = 'i')
              UNION ALL SELECT 'pg_catalog.pg_operator'::regclass, oid, oprnamespace, oprowner FROM pg_catalog.pg_operator
              UNION ALL SELECT 'pg_catalog.pg_opclass'::regclass, oid, opcnamespace, opcowner FROM pg_catalog.pg_opclass
              UNION ALL SELECT 'pg_catalog.pg_opfamily'::regclass, oid, opfnamespace, opfowner FROM pg_catalog.pg_opfamily
              UNION ALL SELECT 'pg_catalog.pg_collation'::regclass, oid, collnamespace, collowner
                FROM pg_catalog.pg_collation
              UNION ALL SELECT 'pg_catalog.pg_conversion'::regclass, oid, connamespace, conowner
                FROM pg_catalog.pg_conversion
              UNION ALL SELECT 'pg_catalog.pg_ts_config'::regclass, oid, cfgnamespace, cfgowner
                FROM pg_catalog.pg_ts_config
              UNION ALL SELECT 'pg_catalog.pg_ts_dict'::regclass, oid, dictnamespace, dictowner FROM pg_catalog.pg_ts_dict
              UNION ALL SELECT 'pg_catalog.pg_ts_parser'::regclass, oid, prsnamespace, 0 FROM pg_catalog.pg_ts_parser
              UNION ALL SELECT 'pg_catalog.pg_ts_template'::regclass, oid, tmplnamespace, 0 FROM pg_catalog.pg_ts_template
              UNION ALL SELECT 'pg_catalog.pg_statistic_ext'::regclass, oid, stxnamespace, stxowner
                FROM pg_catalog.pg_statistic_ext),
            members (ext, class, id, ns, owner) AS (
              SELECT d.refobjid, o.* FROM objects o JOIN pg_catalog.pg_depend d
                ON d.classid = o.class AND d.objid = o.id AND d.deptype = 'e'
                AND d.refclassid = 'pg_catalog.pg_extension'::regclass)
            """;

    private CatalogObjects() {}
}
