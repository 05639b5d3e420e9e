package recovery.harness;

import java.util.List;
import java.util.function.Function;

/** A database as it would be if no swap had kept schemas in it. */
public final class NeverSwapped {
    private NeverSwapped() {}

    /** What {@code look} sees in such a copy, which is gone then. Nobody may be connected to the database. */
    public static List<String> seen(RealPostgres server, String database, Function<String, List<String>> look) {
        String copy = "copy_of_" + database;
        server.execute("postgres", "CREATE DATABASE " + copy + " TEMPLATE " + database);
        try {
            server.execute(
                    copy,
                    "DO $$ DECLARE one regnamespace; BEGIN FOR one IN SELECT oid FROM pg_namespace WHERE nspname ~"
                            + " '_before_[0-9]{14}$' LOOP EXECUTE 'DROP SCHEMA ' || one || ' CASCADE'; END LOOP; END $$");
            return look.apply(copy);
        } finally {
            server.execute("postgres", "DROP DATABASE " + copy);
        }
    }

    /** By the server's own functions. */
    public static List<String> text(RealPostgres server, String database) {
        return seen(server, database, copy -> DatabaseText.of(server, copy));
    }

    /** By pg_dump, which must not be older than the server. */
    public static List<String> dump(RealPostgres server, String database) {
        return seen(server, database, copy -> new PgDumpReferee(server).canonical(copy));
    }
}
