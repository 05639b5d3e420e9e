package recovery.core.target.postgres;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import recovery.core.backup.Backup;
import recovery.core.backup.BackupCatalogue;
import recovery.core.dump.DumpReader;
import recovery.core.dump.DumpReaders;
import recovery.core.error.Note;
import recovery.core.layer.BackupStream;
import recovery.core.layer.Cancellation;
import recovery.core.layer.Layers;
import recovery.core.target.LoadOptions;
import recovery.core.target.LoadResult;
import recovery.core.target.LoadWatch;
import recovery.core.target.postgres.tasks.Order;
import recovery.harness.RealPostgres;

/** Loads a dump into a fresh database of a real server and keeps what the loader told on the way. */
final class LoadProbe implements LoadWatch {
    final RealPostgres server;
    final String database;
    final List<String> objects = Collections.synchronizedList(new ArrayList<>());
    final Cancellation cancellation = new Cancellation();
    private final AtomicLong rows = new AtomicLong();
    private String user;
    private String password;
    private boolean liveExists = true;
    private int jobs = 1;
    private Order order = Order.longestFirst();
    private Crew.Connector connector = this::connect;
    private final AtomicInteger opened = new AtomicInteger();
    private final AtomicInteger events = new AtomicInteger();
    private int broken = Integer.MAX_VALUE;
    private Optional<FinishedWork> before = Optional.empty();

    LoadProbe(int version) {
        this(RealPostgres.version(version), RealPostgres.version(version).newDatabase());
    }

    private LoadProbe(RealPostgres server, String database) {
        this.server = server;
        this.database = database;
        user = server.user();
        password = server.password();
    }

    /** Into a database that is there already. */
    static LoadProbe into(RealPostgres server, String database) {
        return new LoadProbe(server, database);
    }

    /** Loads as a new role, returned, without any rights but on the database itself. */
    String asPlainRole() {
        String role = database + "_owner";
        server.execute(
                "postgres",
                "CREATE ROLE " + role + " LOGIN PASSWORD 'secret'",
                "ALTER DATABASE " + database + " OWNER TO " + role);
        user = role;
        password = "secret";
        return role;
    }

    LoadProbe withoutLive() {
        liveExists = false;
        return this;
    }

    /** Over up to so many connections. */
    LoadProbe over(int count) {
        jobs = count;
        return this;
    }

    LoadProbe in(Order another) {
        order = another;
        return this;
    }

    /** In which way a connection of a worker is opened. */
    LoadProbe by(Crew.Connector another) {
        connector = another;
        return this;
    }

    /** What is finished is noted in the copy. */
    LoadProbe noting() {
        before = Optional.of(new FinishedWork());
        return this;
    }

    /** The next load goes on from what is noted in the copy, or begins again in a new one if nothing is. */
    void goOn() {
        broken = Integer.MAX_VALUE;
        before = Optional.of(finished());
        if (!before.get().isSome()) {
            drop();
            server.execute("postgres", "CREATE DATABASE " + database + " TEMPLATE template0 ENCODING 'UTF8'");
        }
    }

    private FinishedWork finished() {
        try (PostgresSession session = new PostgresSession(server.connect(database))) {
            return LedgerTable.read(session);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Takes away what is noted, as it is done before a copy takes the live name. */
    void forget() {
        try (PostgresSession session = new PostgresSession(server.connect(database))) {
            LedgerTable.drop(session);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** All sessions end when the loader has told something so many times. */
    void breakAfter(int count) {
        events.set(0);
        broken = count;
    }

    boolean isBroken() {
        return events.get() >= broken;
    }

    /** How often the loader has told something. */
    int events() {
        return events.get();
    }

    private void event() {
        if (events.incrementAndGet() == broken) {
            server.execute(
                    "postgres",
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '" + database + "'");
        }
    }

    /** How many connections beside the first one the loader has opened. */
    int opened() {
        return opened.get();
    }

    private Connection openAnother() throws SQLException {
        Connection connection = connector.open();
        opened.incrementAndGet();
        return connection;
    }

    LoadResult load(DumpReader dump) {
        return load(dump, LoadOptions.USUAL);
    }

    LoadResult load(DumpReader dump, LoadOptions options) {
        try (Connection connection = connect()) {
            return new PostgresLoader(connection, "shop", liveExists, options)
                    .over(jobs, this::openAnother)
                    .noting(before.map(work -> LoadLedger.of(this::connect, work))
                            .orElseGet(LoadLedger::none))
                    .in(order)
                    .load(dump, this);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Loads a backup as it lies there, with or without layers. */
    LoadResult load(Path file) {
        return load(file, LoadOptions.USUAL);
    }

    LoadResult load(Path file, LoadOptions options) {
        Backup backup = new BackupCatalogue(file.getParent(), Layers::behind)
                .find(file.getFileName().toString());
        try (BackupStream stream = BackupStream.open(file, cancellation)) {
            return load(DumpReaders.open(backup, stream, options.choice()), options);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Threads of a load that are still there, and sessions on the copy; a session needs a moment to end. */
    List<String> left() {
        List<String> left = new ArrayList<>();
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        do {
            left.clear();
            Thread.getAllStackTraces().keySet().stream()
                    .map(Thread::getName)
                    .filter(name -> name.startsWith("load-"))
                    .forEach(left::add);
            left.addAll(server.query(
                    "postgres",
                    "SELECT 'session ' || pid || ': ' || query FROM pg_stat_activity WHERE datname = '" + database
                            + "'"));
        } while (!left.isEmpty() && System.nanoTime() < end);
        return left;
    }

    /** That it can be dropped proves that nobody is in it. */
    void drop() {
        server.execute("postgres", "DROP DATABASE " + database);
    }

    Connection connect() throws SQLException {
        Properties login = new Properties();
        login.setProperty("user", user);
        login.setProperty("password", password);
        login.setProperty("preferQueryMode", "simple");
        return DriverManager.getConnection(
                "jdbc:postgresql://" + server.host() + ":" + server.port() + "/" + database, login);
    }

    long rows() {
        return rows.get();
    }

    List<String> query(String sql) {
        return server.query(database, sql);
    }

    static List<String> texts(LoadResult result) {
        return result.notes().stream().map(LoadProbe::text).toList();
    }

    static String text(Note note) {
        return note.code() + ": " + note.text();
    }

    static List<String> tables(LoadResult result) {
        return result.tables().stream()
                .map(table -> table.table() + " "
                        + (table.expected().isPresent() ? table.expected().getAsLong() : "?"))
                .toList();
    }

    @Override
    public void object(String name) {
        event();
        if (!name.isEmpty()) {
            objects.add(name);
        }
    }

    @Override
    public void rows(long more) {
        event();
        rows.addAndGet(more);
    }

    @Override
    public Cancellation cancellation() {
        return cancellation;
    }
}
