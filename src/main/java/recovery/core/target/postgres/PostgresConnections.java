package recovery.core.target.postgres;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Properties;
import org.postgresql.Driver;
import org.postgresql.PGProperty;

/**
 * Opens connections of the kinds that a restore needs. The caller closes them. Any thread may call.
 *
 * <p>Without a password in the settings the driver looks into {@code PGPASSFILE} and {@code ~/.pgpass}.
 */
public final class PostgresConnections {
    /**
     * Limits of time that an administrator may have set for a role or database: a restore has none. But the server must
     * notice within a minute that this host lost its power, and no standby is waited for: only the swap has to be.
     */
    private static final String OWN_LIMITS = "SELECT set_config(name, CASE name WHEN 'synchronous_commit' THEN 'local'"
            + " WHEN 'tcp_keepalives_idle' THEN '20' WHEN 'tcp_keepalives_interval' THEN '10'"
            + " WHEN 'tcp_keepalives_count' THEN '3' ELSE '0' END, false) FROM pg_catalog.pg_settings WHERE name"
            + " IN ('statement_timeout', 'lock_timeout', 'idle_in_transaction_session_timeout',"
            + " 'idle_session_timeout', 'transaction_timeout', 'synchronous_commit', 'tcp_keepalives_idle',"
            + " 'tcp_keepalives_interval', 'tcp_keepalives_count')";

    private static final Duration LOGIN = Duration.ofSeconds(20);

    private final PostgresSettings settings;
    private final OpenConnections open = new OpenConnections();

    public PostgresConnections(PostgresSettings settings) {
        this.settings = settings;
    }

    public PostgresSettings settings() {
        return settings;
    }

    /** A connection to the database from which others are renamed and created. */
    public Connection maintenance() throws SQLException {
        return maintenance(LOGIN);
    }

    /** As above, giving up after {@code login}, except while the server has no connection left for a moment. */
    Connection maintenance(Duration login) throws SQLException {
        return Rush.outlasted(() -> maintenanceNow(login));
    }

    private Connection maintenanceNow(Duration login) throws SQLException {
        try {
            return unlimited(within(login, properties(settings.maintenanceDatabase())));
        } catch (SQLException e) {
            boolean another = !settings.maintenanceDatabase().equals("template1")
                    && !settings.database().equals("template1")
                    && PostgresErrors.state(e).equals("3D000");
            if (another) {
                return unlimited(within(login, properties("template1")));
            }
            throw e;
        }
    }

    /** A connection without any limit of time. */
    public Connection database(String name) throws SQLException {
        return unlimited(within(LOGIN, properties(name)));
    }

    /** As {@link #database}, and every statement goes as plain text, several of them at once if need be. */
    public Connection loading(String name) throws SQLException {
        Properties properties = within(LOGIN, properties(name));
        PGProperty.PREFER_QUERY_MODE.set(properties, "simple");
        return unlimited(properties);
    }

    /** As above, for a session that others know by {@code sessionName}. */
    Connection loading(String name, String sessionName) throws SQLException {
        Properties properties = properties(name);
        PGProperty.PREFER_QUERY_MODE.set(properties, "simple");
        PGProperty.APPLICATION_NAME.set(properties, sessionName);
        return unlimited(properties);
    }

    /** Ends all connections without a limit of time, whoever waits for an answer on them: there will be none. */
    void abortAll() {
        open.abortAll();
    }

    /** A connection that gives up after {@code limit}, also while it waits for an answer. */
    public Connection probing(String name, Duration limit) throws SQLException {
        return open(within(limit, properties(name)));
    }

    private static Properties within(Duration limit, Properties properties) {
        int seconds = (int) Math.max(1, limit.toSeconds());
        PGProperty.CONNECT_TIMEOUT.set(properties, seconds);
        PGProperty.LOGIN_TIMEOUT.set(properties, seconds);
        PGProperty.SOCKET_TIMEOUT.set(properties, seconds);
        return properties;
    }

    private Connection unlimited(Properties properties) throws SQLException {
        Connection connection = open(properties);
        try (Statement statement = connection.createStatement()) {
            statement.execute(OWN_LIMITS);
            connection.setNetworkTimeout(Runnable::run, 0);
            open.add(connection);
            return connection;
        } catch (SQLException e) {
            connection.close();
            throw e;
        }
    }

    private static Connection open(Properties properties) throws SQLException {
        String server = "%s:%s"
                .formatted(PGProperty.PG_HOST.getOrDefault(properties), PGProperty.PG_PORT.getOrDefault(properties));
        // the database's name travels as a property: in the URL it would have to be encoded
        return new Driver().connect("jdbc:postgresql://" + server + "/", properties);
    }

    private Properties properties(String database) {
        Properties properties = new Properties();
        PGProperty.PG_HOST.set(properties, settings.bracketed());
        PGProperty.PG_PORT.set(properties, settings.port());
        PGProperty.PG_DBNAME.set(properties, database);
        PGProperty.USER.set(properties, settings.user());
        char[] password = settings.password();
        if (password.length > 0) {
            PGProperty.PASSWORD.set(properties, String.valueOf(password));
        }
        if (!settings.sslMode().isEmpty()) {
            PGProperty.SSL_MODE.set(properties, settings.sslMode());
        }
        PGProperty.APPLICATION_NAME.set(properties, settings.applicationName());
        PGProperty.TCP_KEEP_ALIVE.set(properties, true);
        return properties;
    }
}
