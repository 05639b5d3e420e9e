package recovery.harness;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.postgresql.PostgreSQLContainer;

/**
 * A real PostgreSQL server for tests, one for each major version and test run, on a free port, stopped with the JVM.
 *
 * <p>Version 15 is the server named by {@code -Drecovery.test.pg=postgresql://…} if there is one; else all come from
 * Testcontainers where a Docker engine answers, else they are the embedded ones that Maven brings. Roles are shared by
 * all tests of a run, databases are not: take a fresh one by {@link #newDatabase}.
 */
public final class RealPostgres {
    /** The oldest, a middle and the newest supported version, as pom.xml brings them. */
    public static final int OLDEST = 12;

    public static final int MIDDLE = 15;
    public static final int NEWEST = 18;

    private static final Map<Integer, RealPostgres> SERVERS = new ConcurrentHashMap<>();
    private static final AtomicInteger DATABASES = new AtomicInteger();

    private final String host;
    private final int port;
    private final String user;
    private final String password;

    private RealPostgres(String host, int port, String user, String password) {
        this.host = host;
        this.port = port;
        this.user = user;
        this.password = password;
    }

    /** A server that somebody else started. */
    static RealPostgres of(String host, int port, String user, String password) {
        return new RealPostgres(host, port, user, password);
    }

    /** The same server, reached by another way. */
    public RealPostgres at(String otherHost, int otherPort) {
        return new RealPostgres(otherHost, otherPort, user, password);
    }

    /** The server of that major version, started at the first call. */
    public static RealPostgres version(int major) {
        return SERVERS.computeIfAbsent(major, RealPostgres::start);
    }

    private static RealPostgres start(int major) {
        String named = System.getProperty("recovery.test.pg", "");
        if (major == MIDDLE && !named.isEmpty()) {
            return named(named);
        }
        if (engineAnswers()) {
            return inContainer(major);
        }
        try {
            EmbeddedPostgres server = EmbeddedPostgres.builder()
                    .setPgBinaryResolver((system, architecture) -> binaries(major))
                    .setServerConfig("max_wal_size", "1GB")
                    .setServerConfig("max_connections", "60")
                    .setServerConfig("max_prepared_transactions", "5")
                    .setServerConfig("fsync", "off")
                    .setPGStartupWait(Duration.ofSeconds(60))
                    .start();
            return new RealPostgres("127.0.0.1", server.getPort(), "postgres", "postgres");
        } catch (IOException e) {
            throw new UncheckedIOException("PostgreSQL " + major + " did not start", e);
        }
    }

    /** A quick look first: Testcontainers itself takes seconds to find that there is no engine. */
    private static boolean engineAnswers() {
        return (Files.exists(Path.of("/var/run/docker.sock")) || System.getenv("DOCKER_HOST") != null)
                && DockerClientFactory.instance().isDockerAvailable();
    }

    /** The official image; stopped with the JVM by Testcontainers. */
    private static RealPostgres inContainer(int major) {
        PostgreSQLContainer server = new PostgreSQLContainer("postgres:" + major);
        server.start();
        return new RealPostgres(
                server.getHost(),
                server.getMappedPort(PostgreSQLContainer.POSTGRESQL_PORT),
                server.getUsername(),
                server.getPassword());
    }

    private static RealPostgres named(String url) {
        java.net.URI uri = java.net.URI.create(url);
        String[] login = (uri.getUserInfo() == null ? "postgres" : uri.getUserInfo()).split(":", 2);
        int port = uri.getPort() < 0 ? 5432 : uri.getPort();
        return new RealPostgres(uri.getHost(), port, login[0], login.length > 1 ? login[1] : "");
    }

    /** The archive inside the jar that the build copied to {@code target/postgres}. */
    static InputStream binaries(int major) throws IOException {
        Path jar = Path.of("target", "postgres", major + ".jar");
        try (ZipFile zip = new ZipFile(jar.toFile())) {
            ZipEntry archive = zip.stream()
                    .filter(entry -> entry.getName().endsWith(".txz"))
                    .findFirst()
                    .orElseThrow(() -> new IOException("no server in " + jar));
            Path file = Files.createTempFile("postgres", ".txz");
            file.toFile().deleteOnExit();
            try (InputStream in = zip.getInputStream(archive)) {
                Files.copy(in, file, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
            }
            return Files.newInputStream(file);
        }
    }

    public String host() {
        return host;
    }

    public int port() {
        return port;
    }

    public String user() {
        return user;
    }

    public String password() {
        return password;
    }

    /** Creates the roles that the sample shop needs to come back exactly as it was; harmless if they exist. */
    public RealPostgres withShopRoles() {
        for (String role : List.of("shop_owner", "shop_app", "shop_audit")) {
            execute(
                    "postgres",
                    "DO $$ BEGIN CREATE ROLE " + role + "; EXCEPTION WHEN duplicate_object THEN NULL; END $$");
        }
        return this;
    }

    /** A new empty UTF-8 database with a name of its own. */
    public String newDatabase() {
        String name = "test_" + ProcessHandle.current().pid() + "_" + DATABASES.incrementAndGet();
        execute("postgres", "CREATE DATABASE " + name + " TEMPLATE template0 ENCODING 'UTF8'");
        return name;
    }

    /** A connection the caller closes. */
    public Connection connect(String database) {
        Properties login = new Properties();
        login.setProperty("user", user);
        login.setProperty("password", password);
        try {
            return DriverManager.getConnection("jdbc:postgresql://" + host + ":" + port + "/" + database, login);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Runs the statements on a connection of their own. */
    public void execute(String database, String... statements) {
        PlainSql.execute(connect(database), statements);
    }

    /** The first column of all rows, as text. */
    public List<String> query(String database, String sql) {
        return PlainSql.query(connect(database), sql);
    }

    /** All databases of the server whose name begins so, sorted: to see what a test left behind. */
    public List<String> databasesLike(String prefix) {
        return query(
                "postgres", "SELECT datname FROM pg_database WHERE starts_with(datname, '" + prefix + "') ORDER BY 1");
    }
}
