package recovery.config;

import java.nio.file.Path;
import java.util.Optional;

/** Which database is restored, as the settings name it. Nothing has been asked of it yet. */
public sealed interface TargetSettings {

    /** For people, without secrets. */
    String address();

    /**
     * A database of a PostgreSQL server that is reached by TCP.
     *
     * @param host name or address; IPv6 without brackets
     * @param password if it is empty, {@code PGPASSFILE} or {@code ~/.pgpass} may hold it
     * @param sslMode as libpq writes it, e.g. {@code verify-full}
     */
    record Postgres(
            String host, int port, String user, Optional<Secret> password, String database, Optional<String> sslMode)
            implements TargetSettings {
        public Postgres {
            if (host.isBlank() || user.isBlank() || database.isBlank() || port < 1 || port > 65_535) {
                throw new IllegalArgumentException("a server needs host, port, user and database");
            }
        }

        @Override
        public String address() {
            return "PostgreSQL database '%s' on %s:%d".formatted(database, bracketed(host), port);
        }

        static String bracketed(String host) {
            return host.indexOf(':') < 0 ? host : "[" + host + "]";
        }
    }

    /** A database file of SQLite; it need not exist. */
    record Sqlite(Path path) implements TargetSettings {
        public Sqlite {
            path = path.toAbsolutePath().normalize();
        }

        @Override
        public String address() {
            return "SQLite file '%s'".formatted(path);
        }
    }
}
