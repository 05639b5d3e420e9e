package recovery.config;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Every key that {@code .env.recovery} and the environment may hold. */
enum Setting {
    DATABASE_URL(Use.USED),
    DB_HOST("localhost"),
    DB_PORT("5432"),
    DB_USER(Use.USED),
    DB_PASSWORD(Use.SECRET),
    DB_NAME(Use.USED),
    DB_SSLMODE(Use.USED),
    PGPASSFILE(Use.USED),
    SQLITE_PATH(Use.USED),
    DB_KEY(Use.SECRET),
    RECOVERY_PORT("3001"),
    RECOVERY_BIND("127.0.0.1"),
    RECOVERY_TOKEN(Use.SECRET),
    BACKUP_DIR("backups"),
    LOG_DIR("logs"),
    STATE_DIR("data"),
    MAX_UPLOAD_SIZE("1TB"),
    MAX_CONTENT_SIZE("1024TB"),
    MAX_COMPRESSION_RATIO("5000"),
    MEMORY_LIMIT(Use.USED),
    VERIFY_TABLES(Use.USED),
    SCHEMA_FILE(Use.USED),
    VERIFY_QUERIES_FILE(Use.OF_LATER),
    RESTORE_JOBS(Use.USED),
    KEEP_PREVIOUS("7d"),
    KEEP_DAILY("7"),
    KEEP_WEEKLY("4"),
    KEEP_MONTHLY("12"),
    KEEP_YEARLY("all"),
    PGP_PUBLIC_KEY_BASE64(Use.USED),
    APP_STOP_COMMAND(Use.OF_LATER),
    APP_START_COMMAND(Use.OF_LATER),
    APP_COMPOSE_FILE(Use.OF_LATER),
    APP_HEALTH_URL(Use.OF_LATER),
    JWT_SECRET(Use.SECRET_OF_LATER);

    /** Those that name a PostgreSQL server; one of them is enough to mean one. */
    static final List<Setting> SERVER = List.of(DB_HOST, DB_PORT, DB_USER, DB_PASSWORD, DB_NAME, DB_SSLMODE);

    private enum Use {
        USED,
        SECRET,
        OF_LATER,
        SECRET_OF_LATER
    }

    private final Use use;
    private final Optional<String> fallback;

    Setting(Use use) {
        this.use = use;
        this.fallback = Optional.empty();
    }

    Setting(String fallback) {
        this.use = Use.USED;
        this.fallback = Optional.of(fallback);
    }

    boolean isSecret() {
        return use == Use.SECRET || use == Use.SECRET_OF_LATER;
    }

    /** False for settings of features that this version does not have. */
    boolean hasEffect() {
        return use == Use.USED || use == Use.SECRET;
    }

    /** The value if none is given and it does not depend on anything. */
    Optional<String> fallback() {
        return fallback;
    }

    static Optional<Setting> named(String key) {
        return Arrays.stream(values())
                .filter(setting -> setting.name().equals(key))
                .findAny();
    }
}
