package recovery.harness;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * What is in a database as text, by the server's own functions: definitions, privileges, comments, a checksum of the rows
 * of each table. For servers that are newer than the {@code pg_dump} at hand; two databases of one server are equal if
 * the texts are.
 */
public final class DatabaseText {
    private static final String USERS_OWN =
            "IN (SELECT oid FROM pg_namespace WHERE nspname !~ '^pg_' AND" + " nspname <> 'information_schema')";

    private static final List<String> QUERIES = List.of(
            "SELECT concat_ws(' ', 'schema', nspname, pg_get_userbyid(nspowner), nspacl) FROM pg_namespace"
                    + " WHERE nspname !~ '^pg_(temp|toast)'",
            "SELECT concat_ws(' ', 'extension', extname, extversion) FROM pg_extension",
            "SELECT concat_ws(' ', 'relation', oid::regclass, relkind, relpersistence, relreplident, relrowsecurity,"
                    + " relispartition, reloptions, pg_get_userbyid(relowner), relacl,"
                    + " pg_get_expr(relpartbound, oid), pg_get_partkeydef(oid), relispopulated)"
                    + " FROM pg_class WHERE relkind <> 'i' AND relnamespace " + USERS_OWN,
            "SELECT concat_ws(' ', 'column', attrelid::regclass, attname, format_type(atttypid, atttypmod), attnotnull,"
                    + " attidentity, attgenerated, attstorage, attacl, attoptions, attfdwoptions, pg_get_expr(adbin, adrelid))"
                    + " FROM pg_attribute JOIN pg_class c ON c.oid = attrelid"
                    + " LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum"
                    + " WHERE attnum > 0 AND NOT attisdropped AND relkind <> 'i' AND relnamespace " + USERS_OWN,
            "SELECT concat_ws(' ', 'constraint', conname, conrelid::regclass, contypid::regtype, convalidated,"
                    + " pg_get_constraintdef(oid)) FROM pg_constraint WHERE contype NOT IN ('n', 't') AND connamespace "
                    + USERS_OWN,
            "SELECT concat_ws(' ', 'index', pg_get_indexdef(indexrelid), indisvalid, indisclustered, indisreplident)"
                    + " FROM pg_index JOIN pg_class c ON c.oid = indexrelid WHERE relnamespace " + USERS_OWN,
            "SELECT concat_ws(' ', 'trigger', pg_get_triggerdef(oid), tgenabled) FROM pg_trigger WHERE NOT tgisinternal",
            "SELECT concat_ws(' ', 'rule', pg_get_ruledef(r.oid), ev_enabled) FROM pg_rewrite r"
                    + " JOIN pg_class c ON c.oid = ev_class WHERE relnamespace " + USERS_OWN,
            "SELECT concat_ws(' ', 'policy', polname, polrelid::regclass, polcmd, polpermissive,"
                    + " pg_get_expr(polqual, polrelid), pg_get_expr(polwithcheck, polrelid)) FROM pg_policy",
            "SELECT concat_ws(' ', 'function', pg_get_functiondef(oid), proacl, pg_get_userbyid(proowner)) FROM pg_proc"
                    + " WHERE prokind IN ('f', 'p') AND pronamespace " + USERS_OWN,
            "SELECT concat_ws(' ', 'aggregate', aggfnoid, aggtransfn, agginitval) FROM pg_aggregate JOIN pg_proc p"
                    + " ON p.oid = aggfnoid WHERE pronamespace " + USERS_OWN,
            "SELECT concat_ws(' ', 'operator', oid::regoperator, oprcode) FROM pg_operator WHERE oprnamespace "
                    + USERS_OWN,
            "SELECT concat_ws(' ', 'operator class', opcname, opcintype::regtype) FROM pg_opclass WHERE opcnamespace "
                    + USERS_OWN,
            "SELECT concat_ws(' ', 'type', oid::regtype, typtype, typnotnull, typdefault) FROM pg_type WHERE typnamespace "
                    + USERS_OWN,
            "SELECT concat_ws(' ', 'label', enumtypid::regtype, rank() OVER (PARTITION BY enumtypid ORDER BY enumsortorder),"
                    + " enumlabel) FROM pg_enum",
            "SELECT concat_ws(' ', 'cast', castsource::regtype, casttarget::regtype, castfunc::regprocedure) FROM pg_cast"
                    + " WHERE oid >= 16384",
            "SELECT concat_ws(' ', 'search', cfgname) FROM pg_ts_config WHERE cfgnamespace " + USERS_OWN,
            "SELECT concat_ws(' ', 'dictionary', dictname, dictinitoption) FROM pg_ts_dict WHERE dictnamespace "
                    + USERS_OWN,
            "SELECT concat_ws(' ', 'sequence', s::text) FROM pg_sequences s",
            "SELECT concat_ws(' ', 'statistics', pg_get_statisticsobjdef(oid)) FROM pg_statistic_ext",
            "SELECT concat_ws(' ', 'publication', pubname, puballtables, pubinsert, pubupdate, pubdelete) FROM pg_publication",
            "SELECT concat_ws(' ', 'published', pubname, schemaname, tablename) FROM pg_publication_tables",
            "SELECT concat_ws(' ', 'event trigger', evtname, evtevent, evttags, evtfoid::regproc) FROM pg_event_trigger",
            "SELECT concat_ws(' ', 'server', srvname, srvtype, srvversion, srvoptions) FROM pg_foreign_server",
            "SELECT concat_ws(' ', 'mapping', srvname, usename, umoptions) FROM pg_user_mappings",
            "SELECT concat_ws(' ', 'foreign table', ftrelid::regclass, ftoptions) FROM pg_foreign_table",
            "SELECT concat_ws(' ', 'default privileges', defaclnamespace::regnamespace, defaclobjtype, defaclacl)"
                    + " FROM pg_default_acl",
            "SELECT concat_ws(' ', 'comment', i.type, i.identity, description) FROM pg_description d,"
                    + " LATERAL pg_identify_object(d.classoid, d.objoid, d.objsubid) i WHERE objoid >= 16384",
            "SELECT concat_ws(' ', 'large object', m.oid, lomacl, md5(lo_get(m.oid))) FROM pg_largeobject_metadata m");

    private static final String TABLES =
            "SELECT oid::regclass FROM pg_class WHERE relkind IN ('r', 'm') AND relispopulated" + " AND relnamespace "
                    + USERS_OWN + " ORDER BY 1";

    private DatabaseText() {}

    /** What only one of two texts has: {@code -} in front of what is missing, {@code +} of what is too much. */
    public static List<String> difference(List<String> expected, List<String> actual) {
        List<String> missing = new ArrayList<>(expected);
        List<String> surplus = new ArrayList<>(actual);
        actual.forEach(missing::remove);
        expected.forEach(surplus::remove);
        return Stream.concat(
                        missing.stream().map(line -> "- " + line),
                        surplus.stream().map(line -> "+ " + line))
                .toList();
    }

    /** Sorted by kind, then by text. */
    public static List<String> of(RealPostgres server, String database) {
        List<String> text = new ArrayList<>();
        for (String query : QUERIES) {
            text.addAll(server.query(database, "SELECT x FROM (" + query + ") y(x) ORDER BY x COLLATE \"C\""));
        }
        for (String table : server.query(database, TABLES)) {
            text.add("rows " + table + " "
                    + server.query(
                            database,
                            "SELECT count(*) || ' ' || coalesce(md5(string_agg(t::text, E'\\n' ORDER BY t::text COLLATE \"C\")), '')"
                                    + " FROM ONLY " + table + " t"));
        }
        return text;
    }
}
