package recovery;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import recovery.appcontrol.Lsof;
import recovery.appcontrol.PgDump;
import recovery.config.RecoveryConfig;
import recovery.config.Secret;
import recovery.config.TargetSettings;
import recovery.core.target.DumpTool;
import recovery.core.target.Target;
import recovery.core.target.postgres.PostgresSettings;
import recovery.core.target.postgres.PostgresTarget;
import recovery.core.target.sqlite.MemoryLimit;
import recovery.core.target.sqlite.OpenFileFinder;
import recovery.core.target.sqlite.SqliteTarget;

/** The target that the settings name, and what a server needs to ask for its health. Closing closes that. */
record ServedTarget(Target target, Optional<HikariDataSource> pool) implements AutoCloseable {
    private static final long PROBE_CONNECT_MS = 2_000;

    static Target of(RecoveryConfig config) {
        if (config.target() instanceof TargetSettings.Postgres postgres) {
            return new PostgresTarget(postgresSettings(postgres), Optional.empty(), pgDump());
        }
        return new SqliteTarget(
                ((TargetSettings.Sqlite) config.target()).path(),
                List.of(config.backupDir(), config.stateDir(), config.logDir()),
                config.databaseKey().map(Secret::characters),
                config.memoryLimit().isPresent()
                        ? new MemoryLimit(config.memoryLimit().getAsLong())
                        : MemoryLimit.usual(),
                finder());
    }

    private static PostgresSettings postgresSettings(TargetSettings.Postgres settings) {
        return PostgresSettings.of(
                settings.host(),
                settings.port(),
                settings.user(),
                settings.password().map(Secret::characters).orElse(new char[0]),
                settings.database(),
                settings.sslMode().orElse(""));
    }

    /** Health questions of a server go over a small pool of their own, so that they never wait behind a restore. */
    static ServedTarget withPool(RecoveryConfig config) {
        if (config.target() instanceof TargetSettings.Postgres settings) {
            PostgresSettings postgres = postgresSettings(settings);
            HikariDataSource pool = new HikariDataSource(poolSettings(postgres));
            return new ServedTarget(new PostgresTarget(postgres, Optional.of(pool), pgDump()), Optional.of(pool));
        }
        return new ServedTarget(of(config), Optional.empty());
    }

    private static HikariConfig poolSettings(PostgresSettings postgres) {
        HikariConfig config = new HikariConfig();
        config.setPoolName("health");
        config.setJdbcUrl("jdbc:postgresql://" + postgres.server() + "/");
        config.addDataSourceProperty("PGDBNAME", postgres.database());
        config.addDataSourceProperty("user", postgres.user());
        if (postgres.password().length > 0) {
            config.addDataSourceProperty("password", String.valueOf(postgres.password()));
        }
        if (!postgres.sslMode().isEmpty()) {
            config.addDataSourceProperty("sslmode", postgres.sslMode());
        }
        config.addDataSourceProperty("ApplicationName", postgres.applicationName());
        config.addDataSourceProperty("connectTimeout", "2");
        config.addDataSourceProperty("socketTimeout", "3");
        config.setMaximumPoolSize(2);
        config.setMinimumIdle(0);
        config.setIdleTimeout(10_000);
        config.setConnectionTimeout(PROBE_CONNECT_MS);
        config.setValidationTimeout(1_000);
        config.setInitializationFailTimeout(-1);
        return config;
    }

    @Override
    public void close() {
        pool.ifPresent(HikariDataSource::close);
    }

    /** Linux tells of open files itself; elsewhere a program does. */
    private static OpenFileFinder finder() {
        return Files.isDirectory(Path.of("/proc/self/fd"))
                ? OpenFileFinder.PROC
                : new Lsof(System.getenv().getOrDefault("PATH", ""));
    }

    private static DumpTool pgDump() {
        return new PgDump(System.getenv().getOrDefault("PATH", ""));
    }
}
