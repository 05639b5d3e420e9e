package recovery.core.target.postgres;

import java.util.Map;

/** In which package of Debian an extension comes, for the remedy only. */
final class ExtensionPackages {
    private static final Map<String, String> PATTERNS = Map.of(
            "postgis", "postgresql-%d-postgis-3",
            "postgis_topology", "postgresql-%d-postgis-3",
            "postgis_raster", "postgresql-%d-postgis-3",
            "vector", "postgresql-%d-pgvector",
            "timescaledb", "timescaledb-2-postgresql-%d",
            "pg_cron", "postgresql-%d-cron",
            "pg_partman", "postgresql-%d-partman",
            "plpython3u", "postgresql-plpython3-%d",
            "plperl", "postgresql-plperl-%d");
    private static final String CONTRIB = "amcheck bloom btree_gin btree_gist citext cube dblink dict_int earthdistance"
            + " file_fdw fuzzystrmatch hstore intarray isn lo ltree pageinspect pg_buffercache pg_prewarm"
            + " pg_stat_statements pg_trgm pgcrypto pgrowlocks pgstattuple postgres_fdw seg sslinfo tablefunc tcn"
            + " tsm_system_rows tsm_system_time unaccent uuid-ossp xml2";

    private ExtensionPackages() {}

    static String debian(String extension, int version) {
        if ((" " + CONTRIB + " ").contains(" " + extension + " ")) {
            return "postgresql-contrib-" + version;
        }
        return PATTERNS.getOrDefault(
                        extension,
                        "postgresql-%d-" + extension.replace('_', '-').replace("%", "%%"))
                .formatted(version);
    }
}
