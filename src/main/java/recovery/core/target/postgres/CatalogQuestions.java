package recovery.core.target.postgres;

import java.util.ArrayList;
import java.util.List;

/** The questions of which {@link CatalogPicture} is made: each gives objects and their definitions. Stateless. */
final class CatalogQuestions {
    static final String COLUMN = "column ";
    /** Stands behind the type of a column, before what else belongs to it. */
    static final String MORE = " | ";

    private static final String OURS =
            " n.nspname !~ '^pg_' AND n.nspname <> 'information_schema' AND NOT EXISTS (SELECT 1"
                    + " FROM pg_depend e WHERE e.classid = '%s'::regclass AND e.objid = %s.oid AND e.deptype = 'e')";
    private static final String COMMENT = "' comment ' || coalesce(obj_description(%s.oid, '%s'), '-')";

    private CatalogQuestions() {}

    static List<String> all(int version) {
        List<String> questions = new ArrayList<>(List.of(
                "SELECT 'schema ' || quote_ident(n.nspname), 'owner ' || pg_get_userbyid(n.nspowner) || ' acl '"
                        + " || " + acl("n.nspacl", "'n'", "n.nspowner") + " || "
                        + COMMENT.formatted("n", "pg_namespace")
                        + " FROM pg_namespace n WHERE" + OURS.formatted("pg_namespace", "n"),
                "SELECT 'extension ' || quote_ident(x.extname), 'schema ' || n.nspname FROM pg_extension x"
                        + " JOIN pg_namespace n ON n.oid = x.extnamespace",
                relations(),
                columns(version),
                constraints(),
                indexes(),
                views(),
                functions(),
                aggregates(),
                triggers(version),
                rules(),
                policies(),
                types(),
                sequences(),
                "SELECT 'statistics ' || format('%I.%I', n.nspname, s.stxname), pg_get_statisticsobjdef(s.oid)"
                        + " || ' owner ' || pg_get_userbyid(s.stxowner) FROM pg_statistic_ext s"
                        + " JOIN pg_namespace n ON n.oid = s.stxnamespace WHERE"
                        + OURS.formatted("pg_statistic_ext", "s"),
                "SELECT 'event trigger ' || quote_ident(evtname), evtevent || ' ' || evtfoid::regprocedure || ' '"
                        + " || evtenabled::text || ' ' || coalesce(evttags::text, '') || pg_get_userbyid(evtowner)"
                        + " FROM pg_event_trigger",
                "SELECT 'default privileges of ' || pg_get_userbyid(defaclrole) || ' for ' || defaclobjtype::text"
                        + " || coalesce(' in ' || quote_ident(n.nspname), ''), " + aclText("d.defaclacl")
                        + " FROM pg_default_acl d LEFT JOIN pg_namespace n ON n.oid = d.defaclnamespace"));
        questions.add(publications(version));
        questions.add("SELECT 'subscription ' || quote_ident(subname), '' FROM pg_subscription WHERE subdbid ="
                + " (SELECT oid FROM pg_database WHERE datname = current_database())");
        questions.add("SELECT 'user mapping of ' || coalesce(usename, 'PUBLIC') || ' on ' || quote_ident(srvname),"
                + " umoptions::text FROM pg_user_mappings");
        questions.add("SELECT 'security label of ' || objtype || ' ' || objname, provider || ' ' || label"
                + " FROM pg_seclabels WHERE objtype NOT IN ('database', 'role', 'tablespace')");
        questions.addAll(others());
        return questions;
    }

    private static String publications(int version) {
        return "SELECT 'publication ' || quote_ident(p.pubname), concat_ws(' ', p.puballtables, p.pubinsert,"
                + " p.pubupdate, p.pubdelete, p.pubtruncate, p.viaroot, pg_get_userbyid(p.pubowner),"
                + " (SELECT string_agg(format('%I.%I', t.schemaname, t.tablename), ', ' ORDER BY t.schemaname, t.tablename)"
                + " FROM pg_publication_tables t WHERE t.pubname = p.pubname)) FROM (SELECT *, "
                + (version >= 13 ? "pubviaroot" : "false") + " AS viaroot FROM pg_publication) p";
    }

    /** Privileges as the server would take them apart, so that the default written out equals the default left out. */
    private static String acl(String acl, String kind, String owner) {
        return aclText("coalesce(%s, acldefault(%s, %s))".formatted(acl, kind, owner));
    }

    private static String aclText(String acl) {
        return "coalesce((SELECT string_agg(concat(CASE a.grantee WHEN 0 THEN 'PUBLIC' ELSE"
                + " pg_get_userbyid(a.grantee) END, ':', a.privilege_type, CASE WHEN a.is_grantable THEN '*' END), ','"
                + " ORDER BY a.grantee, a.privilege_type, a.is_grantable) FROM aclexplode(" + acl + ") a), '-')";
    }

    private static String relations() {
        return "SELECT CASE c.relkind WHEN 'r' THEN 'table ' WHEN 'p' THEN 'partitioned table ' WHEN 'v' THEN 'view '"
                + " WHEN 'm' THEN 'materialized view ' WHEN 'f' THEN 'foreign table ' WHEN 'S' THEN 'sequence '"
                + " ELSE 'composite type ' END || format('%I.%I', n.nspname, c.relname), concat_ws(' ',"
                + " c.relpersistence, 'owner', pg_get_userbyid(c.relowner), c.reloptions::text, c.relrowsecurity,"
                + " c.relforcerowsecurity, c.relreplident, am.amname, ts.spcname,"
                + " pg_get_expr(c.relpartbound, c.oid), CASE c.relkind WHEN 'p' THEN pg_get_partkeydef(c.oid) END,"
                + " (SELECT string_agg(i.inhparent::regclass::text, ',' ORDER BY i.inhseqno) FROM pg_inherits i"
                + " WHERE i.inhrelid = c.oid), CASE WHEN c.reloftype <> 0 THEN format_type(c.reloftype, NULL) END,"
                + " 'acl', "
                + acl("c.relacl", "(CASE c.relkind WHEN 'S' THEN 's' ELSE 'r' END)::\"char\"", "c.relowner")
                + ", 'comment', obj_description(c.oid, 'pg_class'))"
                + " FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace LEFT JOIN pg_am am ON am.oid = c.relam"
                + " LEFT JOIN pg_tablespace ts ON ts.oid = c.reltablespace WHERE c.relkind NOT IN ('i', 'I', 't')"
                + " AND c.relpersistence <> 't' AND" + OURS.formatted("pg_class", "c");
    }

    /** The place of a column counts, not its number, which dropped ones keep. */
    private static String columns(int version) {
        return "SELECT '" + COLUMN + "' || format('%I.%I.%I', n.nspname, c.relname, a.attname),"
                + " format_type(a.atttypid, a.atttypmod) || CASE a.attgenerated WHEN '' THEN '' ELSE ' generated' END"
                + " || '" + MORE + "' || concat_ws(' ', (SELECT count(*) FROM pg_attribute b"
                + " WHERE b.attrelid = a.attrelid AND b.attnum > 0 AND NOT b.attisdropped AND b.attnum <= a.attnum),"
                + " a.attnotnull, a.attidentity, pg_get_expr(d.adbin, d.adrelid),"
                + " (SELECT l.collname FROM pg_collation l WHERE l.oid = a.attcollation),"
                + " a.attstorage, " + (version >= 14 ? "a.attcompression, " : "")
                + "nullif(coalesce(a.attstattarget, -1), -1), a.attoptions::text, a.attfdwoptions::text, "
                + aclText("a.attacl") + ", col_description(c.oid, a.attnum))"
                + " FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n"
                + " ON n.oid = c.relnamespace LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum"
                + " WHERE a.attnum > 0 AND NOT a.attisdropped AND c.relkind IN ('r', 'p', 'v', 'm', 'f', 'c')"
                + " AND c.relpersistence <> 't' AND" + OURS.formatted("pg_class", "c");
    }

    private static String constraints() {
        return "SELECT 'constraint ' || quote_ident(k.conname) || ' on ' || CASE k.conrelid WHEN 0 THEN"
                + " format_type(k.contypid, NULL) ELSE k.conrelid::regclass::text END,"
                + " pg_get_constraintdef(k.oid) || CASE WHEN k.convalidated THEN '' ELSE ' (not validated)' END || "
                + COMMENT.formatted("k", "pg_constraint")
                + " FROM pg_constraint k JOIN pg_namespace n ON n.oid = k.connamespace"
                + " LEFT JOIN pg_class c ON c.oid = k.conrelid WHERE k.conparentid = 0 AND k.contype <> 't'"
                + " AND coalesce(c.relpersistence, 'p') <> 't' AND"
                + " n.nspname !~ '^pg_' AND n.nspname <> 'information_schema' AND NOT EXISTS (SELECT 1 FROM pg_depend e"
                + " WHERE e.deptype = 'e' AND (e.classid, e.objid) IN (('pg_class'::regclass, k.conrelid),"
                + " ('pg_type'::regclass, k.contypid)))";
    }

    private static String indexes() {
        return "SELECT 'index ' || format('%I.%I', n.nspname, c.relname), concat_ws(' ', pg_get_indexdef(c.oid),"
                + " i.indisclustered, i.indisreplident, i.indisvalid, ts.spcname, obj_description(c.oid, 'pg_class'))"
                + " FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_namespace n ON n.oid = c.relnamespace"
                + " LEFT JOIN pg_tablespace ts ON ts.oid = c.reltablespace WHERE c.relpersistence <> 't' AND"
                + " n.nspname !~ '^pg_' AND n.nspname <> 'information_schema' AND NOT EXISTS (SELECT 1 FROM pg_depend e"
                + " WHERE e.deptype = 'e' AND e.classid = 'pg_class'::regclass AND e.objid IN (c.oid, i.indrelid))";
    }

    private static String views() {
        return "SELECT 'query of view ' || format('%I.%I', n.nspname, c.relname), pg_get_viewdef(c.oid)"
                + " FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind IN ('v', 'm')"
                + " AND c.relpersistence <> 't' AND" + OURS.formatted("pg_class", "c");
    }

    private static String functions() {
        return "SELECT 'function ' || format('%I.%I(%s)', n.nspname, p.proname, pg_get_function_identity_arguments(p.oid)),"
                + " pg_get_functiondef(p.oid) || ' owner ' || pg_get_userbyid(p.proowner) || ' acl ' || "
                + acl("p.proacl", "'f'", "p.proowner") + " || " + COMMENT.formatted("p", "pg_proc")
                + " FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace WHERE p.prokind <> 'a' AND"
                + OURS.formatted("pg_proc", "p");
    }

    private static String aggregates() {
        return "SELECT 'aggregate ' || format('%I.%I(%s)', n.nspname, p.proname,"
                + " pg_get_function_identity_arguments(p.oid)), concat_ws(' ', g.aggtransfn, g.aggfinalfn, g.aggcombinefn,"
                + " g.aggkind, format_type(g.aggtranstype, NULL), g.agginitval, g.aggsortop::regoperator, p.proparallel,"
                + " pg_get_userbyid(p.proowner), " + acl("p.proacl", "'f'", "p.proowner")
                + ", obj_description(p.oid, 'pg_proc')) FROM pg_proc p JOIN pg_aggregate g ON g.aggfnoid = p.oid"
                + " JOIN pg_namespace n ON n.oid = p.pronamespace WHERE" + OURS.formatted("pg_proc", "p");
    }

    private static String triggers(int version) {
        return "SELECT 'trigger ' || quote_ident(t.tgname) || ' on ' || t.tgrelid::regclass, pg_get_triggerdef(t.oid) || ' '"
                + " || t.tgenabled::text || " + COMMENT.formatted("t", "pg_trigger")
                + " FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_namespace n ON n.oid = c.relnamespace"
                + " WHERE NOT t.tgisinternal" + (version >= 13 ? " AND t.tgparentid = 0" : "")
                + " AND c.relpersistence <> 't' AND" + OURS.formatted("pg_class", "c");
    }

    private static String rules() {
        return "SELECT 'rule ' || quote_ident(r.rulename) || ' on ' || r.ev_class::regclass, pg_get_ruledef(r.oid) || ' '"
                + " || r.ev_enabled::text FROM pg_rewrite r JOIN pg_class c ON c.oid = r.ev_class JOIN pg_namespace n"
                + " ON n.oid = c.relnamespace WHERE r.rulename <> '_RETURN' AND" + OURS.formatted("pg_class", "c");
    }

    private static String policies() {
        return "SELECT 'policy ' || quote_ident(p.polname) || ' on ' || p.polrelid::regclass, concat_ws(' ', p.polcmd,"
                + " p.polpermissive, (SELECT string_agg(CASE r WHEN 0 THEN 'PUBLIC' ELSE pg_get_userbyid(r) END, ','"
                + " ORDER BY r) FROM unnest(p.polroles) r), pg_get_expr(p.polqual, p.polrelid),"
                + " pg_get_expr(p.polwithcheck, p.polrelid)) FROM pg_policy p JOIN pg_class c ON c.oid = p.polrelid"
                + " JOIN pg_namespace n ON n.oid = c.relnamespace WHERE" + OURS.formatted("pg_class", "c");
    }

    /** Domains, enumerations and ranges; composite types stand among the relations. */
    private static String types() {
        return "SELECT 'type ' || format_type(t.oid, NULL), concat_ws(' ', t.typtype, 'owner',"
                + " pg_get_userbyid(t.typowner), CASE WHEN t.typbasetype <> 0 THEN format_type(t.typbasetype, t.typtypmod)"
                + " END, t.typnotnull, t.typdefault, (SELECT string_agg(e.enumlabel, ',' ORDER BY e.enumsortorder)"
                + " FROM pg_enum e WHERE e.enumtypid = t.oid), (SELECT format_type(r.rngsubtype, NULL) FROM pg_range r"
                + " WHERE r.rngtypid = t.oid), 'acl', " + acl("t.typacl", "'T'", "t.typowner")
                + ", obj_description(t.oid, 'pg_type')) FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace"
                + " LEFT JOIN pg_class c ON c.oid = t.typrelid WHERE (t.typtype <> 'c' OR c.relkind = 'c')"
                + " AND t.typcategory <> 'A' AND" + OURS.formatted("pg_type", "t");
    }

    private static String sequences() {
        return "SELECT 'numbering of ' || format('%I.%I', n.nspname, c.relname), concat_ws(' ',"
                + " format_type(s.seqtypid, NULL), s.seqstart, s.seqincrement, s.seqmin, s.seqmax, s.seqcache, s.seqcycle,"
                + " (SELECT d.deptype::text || ' ' || d.refobjid::regclass || ' ' || a.attname FROM pg_depend d"
                + " JOIN pg_attribute a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid"
                + " WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype IN ('a', 'i')"
                + " AND d.refclassid = 'pg_class'::regclass))"
                + " FROM pg_sequence s JOIN pg_class c ON c.oid = s.seqrelid JOIN pg_namespace n ON n.oid = c.relnamespace"
                + " WHERE c.relpersistence <> 't' AND" + OURS.formatted("pg_class", "c");
    }

    /** What is rare is compared by its name only. */
    private static List<String> others() {
        return List.of(
                        "pg_cast",
                        "pg_operator",
                        "pg_opclass",
                        "pg_opfamily",
                        "pg_am",
                        "pg_collation",
                        "pg_conversion",
                        "pg_ts_config",
                        "pg_ts_dict",
                        "pg_ts_parser",
                        "pg_ts_template",
                        "pg_foreign_data_wrapper",
                        "pg_foreign_server",
                        "pg_transform",
                        "pg_language")
                .stream()
                .map(catalog -> ("SELECT i.type || ' ' || i.identity, '' FROM %s o,"
                                + " pg_identify_object('%s'::regclass, o.oid, 0) i WHERE o.oid >= 16384 AND NOT EXISTS"
                                + " (SELECT 1 FROM pg_depend e WHERE e.classid = '%s'::regclass AND e.objid = o.oid"
                                + " AND e.deptype = 'e')")
                        .formatted(catalog, catalog, catalog))
                .toList();
    }
}
