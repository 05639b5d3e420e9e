package recovery.harness;

import java.util.ArrayList;
import java.util.List;

/**
 * All of a server that a restore of one database must leave alone, as text: that database by pg_dump, its entry in the
 * catalogue of the server, the roles, the settings, and what stands in the maintenance database.
 */
public final class PostgresState {
    private static final String SERVER = """
            SELECT concat_ws(' ', oid, datdba, encoding, datcollate, datctype, datistemplate, datallowconn, datconnlimit,
                   datacl) FROM pg_database WHERE datname = 'NAME'
            UNION ALL SELECT concat_ws(' ', a::text, (SELECT string_agg(s::text, ',') FROM pg_db_role_setting s
                   WHERE s.setrole = a.oid)) FROM pg_authid a
            UNION ALL SELECT concat_ws(' ', m.roleid, m.member) FROM pg_auth_members m
            UNION ALL SELECT concat_ws(' ', nspname, relname) FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace
                   WHERE n.oid > 16000 OR nspname = 'public'
            UNION ALL SELECT concat_ws(' ', sourcefile, name, setting) FROM pg_file_settings
            UNION ALL SELECT gid FROM pg_prepared_xacts
            UNION ALL SELECT slot_name FROM pg_replication_slots
            ORDER BY 1""";

    private PostgresState() {}

    /** Two states are equal if the texts are. {@code name} is the name under which the database is kept now. */
    public static List<String> of(RealPostgres server, String name) {
        List<String> state = new ArrayList<>(new PgDumpReferee(server).canonical(name));
        state.addAll(server.query("postgres", SERVER.replace("NAME", name)));
        return state;
    }
}
