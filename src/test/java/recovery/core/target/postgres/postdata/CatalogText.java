package recovery.core.target.postgres.postdata;

import java.util.ArrayList;
import java.util.List;

/** All that the catalog says of the tables of the schema {@code s} and of what belongs to them, without numbers. */
final class CatalogText {
    private static final String OURS = "IN (SELECT oid FROM pg_class WHERE relnamespace = 's'::regnamespace)";
    private static final List<String> QUERIES = List.of(
            "SELECT 'constraint ' || concat_ws(' ', conrelid::regclass, nullif(conindid, 0)::regclass,"
                    + " nullif(confrelid, 0)::regclass, conparentid > 0, pg_get_constraintdef(oid, true), (to_jsonb(k)"
                    + " - '{oid,conrelid,conindid,confrelid,conparentid,conbin,connamespace,conname}'::text[]),"
                    + number("conname::text")
                    + ") FROM pg_constraint k WHERE conrelid " + OURS,
            "SELECT 'index ' || concat_ws(' ', pg_get_indexdef(indexrelid), (to_jsonb(i)"
                    + " - '{indexrelid,indrelid,indexprs,indpred}'::text[])) FROM pg_index i WHERE indrelid " + OURS,
            "SELECT 'column ' || concat_ws(' ', attrelid::regclass, (to_jsonb(a) - 'attrelid'))"
                    + " FROM pg_attribute a WHERE attrelid " + OURS,
            "SELECT 'relation ' || concat_ws(' ', oid::regclass, relkind, relowner::regrole, relam, relhasindex,"
                    + " relchecks, relnatts, relhasrules, relhastriggers, relhassubclass, relrowsecurity, relreplident,"
                    + " relispartition, relpersistence, reltablespace, reloptions, relacl) FROM pg_class WHERE oid "
                    + OURS,
            "SELECT 'trigger ' || concat_ws(' ', tgrelid::regclass, " + number("tgname::text")
                    + ", tgfoid::regproc, tgtype, tgenabled, tgisinternal, nullif(tgconstrrelid, 0)::regclass,"
                    + " nullif(tgconstrindid, 0)::regclass, tgdeferrable, tginitdeferred, tgnargs, tgattr, tgargs,"
                    + " (SELECT " + number("conname::text") + " FROM pg_constraint k WHERE k.oid = tgconstraint))"
                    + " FROM pg_trigger WHERE tgrelid " + OURS,
            "SELECT 'depends ' || concat_ws(' ', " + number("pg_describe_object(classid, objid, objsubid)")
                    + ", deptype, "
                    + number("pg_describe_object(refclassid, refobjid, refobjsubid)")
                    + ") FROM pg_depend WHERE classid > 0 AND objid >= 16384",
            "SELECT 'comment ' || concat_ws(' ', pg_describe_object(classoid, objoid, objsubid), description)"
                    + " FROM pg_description WHERE objoid >= 16384",
            "SELECT 'policy ' || p::text FROM pg_policies p",
            "SELECT 'rule ' || r::text FROM pg_rules r WHERE schemaname = 's'",
            "SELECT 'statistics ' || concat_ws(' ', pg_get_statisticsobjdef(oid), (to_jsonb(t)->'stxstattarget'))"
                    + " FROM pg_statistic_ext t",
            "SELECT 'inherits ' || concat_ws(' ', inhrelid::regclass, inhparent::regclass, inhseqno) FROM pg_inherits");

    private CatalogText() {}

    private static String number(String text) {
        return "regexp_replace(" + text + ", '_\\d{5,}', '', 'g')";
    }

    static List<String> of(Session session) {
        List<String> lines = new ArrayList<>();
        for (String query : QUERIES) {
            List<String> found = session.query("SELECT x FROM (" + query + ") y(x) ORDER BY x COLLATE \"C\"");
            if (found.isEmpty()) {
                throw new IllegalStateException("finds nothing: " + query);
            }
            lines.addAll(found);
        }
        return lines;
    }
}
