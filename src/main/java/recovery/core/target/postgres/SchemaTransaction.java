package recovery.core.target.postgres;

import static recovery.core.error.ErrorCode.LOAD_FAILED;
import static recovery.core.error.ErrorCode.RIGHTS_MISSING;
import static recovery.core.error.RecoveryException.problem;
import static recovery.core.target.postgres.PostgresNames.literal;
import static recovery.core.target.postgres.PostgresNames.quoted;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import recovery.core.target.postgres.LiveSchemas.Kind;

/**
 * The one connection and the one transaction of a restore within the live database, from the first rename to the
 * commit, which is not made here. All schemas that the role may rename are set aside at the beginning, so that the dump meets none of
 * them by its name; those that it does not bring go back when it was loaded. For one thread.
 *
 * <p>A commit in the middle, from wherever it may come, fails: two rows of a temporary table break a rule that is
 * checked then.
 */
final class SchemaTransaction implements AutoCloseable {
    private static final String GUARD = "pg_temp.recovery_guard";
    private static final String LIFT_GUARD = "DELETE FROM " + GUARD + ";";
    private static final String SET_GUARD = "INSERT INTO " + GUARD + " VALUES (1), (1);";
    private static final String BEGIN = """
            SET LOCAL search_path = pg_catalog;
            CREATE TEMPORARY TABLE recovery_guard (one integer UNIQUE DEFERRABLE INITIALLY DEFERRED);
            CREATE TEMPORARY TABLE recovery_brought (name text);
            """;

    private final PostgresConnections connections;
    private final String name;
    private final Connection connection;
    private final PostgresSession session;

    /** By the names of live. */
    private final Map<String, Aside> aside = new LinkedHashMap<>();

    /** Made here, for the extensions that went there. */
    private final Set<String> made = new TreeSet<>();

    /** What the load made, once it is over. */
    private final Set<String> fresh = new TreeSet<>();

    private final List<String> untouched = new ArrayList<>();
    private Neighbours neighbours = Neighbours.NONE;

    /**
     * A live schema set aside.
     *
     * @param name within this transaction
     */
    record Aside(long oid, String name) {}

    private SchemaTransaction(PostgresConnections connections, String name, Connection connection) {
        this.connections = connections;
        this.name = name;
        this.connection = connection;
        this.session = new PostgresSession(connection);
    }

    /** Opens the connection and sets the live schemas aside; on failure nothing is left. */
    static SchemaTransaction begin(PostgresConnections connections, String name) throws SQLException {
        // known by its name, should this process die and the server not notice it at once
        Connection connection = connections.loading(connections.settings().database(), name);
        SchemaTransaction transaction = new SchemaTransaction(connections, name, connection);
        boolean begun = false;
        try {
            transaction.endOrphans();
            connection.setAutoCommit(false);
            transaction.setAside();
            begun = true;
            return transaction;
        } finally {
            if (!begun) {
                transaction.close();
            }
        }
    }

    /** Of the copy. */
    String name() {
        return name;
    }

    Connection connection() {
        return connection;
    }

    PostgresSession session() {
        return session;
    }

    Neighbours neighbours() {
        return neighbours;
    }

    /** The live schemas that the load replaced; known when it is over. */
    Map<String, Aside> replaced() {
        return aside;
    }

    /** The schemas that the load brought, by their names; known when it is over. */
    Set<String> fresh() {
        return fresh;
    }

    /** The schemas that were set aside and are back, since the dump does not bring them; known when it is over. */
    List<String> untouched() {
        return untouched;
    }

    /** Whoever has the lock of the target is alone: other transactions of this kind are of processes that are dead. */
    private void endOrphans() throws SQLException {
        PostgresNames names = new PostgresNames(connections.settings().database());
        List<String> orphans = session
                .list(
                        row -> names.isCopy(row.getString(2)) ? row.getString(1) : "",
                        "SELECT pid, application_name FROM pg_catalog.pg_stat_activity WHERE pid <>"
                                + " pg_catalog.pg_backend_pid() AND datname = pg_catalog.current_database()"
                                + " AND usename = current_user")
                .stream()
                .filter(pid -> !pid.isEmpty())
                .toList();
        for (String pid : orphans) {
            session.texts("SELECT pg_catalog.pg_terminate_backend(" + pid + ")");
        }
    }

    private void setAside() throws SQLException {
        session.execute(BEGIN + SET_GUARD);
        // another one who changes a schema at this moment is in the way, but readers and writers never are
        session.execute("SET LOCAL lock_timeout = '10s'");
        LiveSchemas live = LiveSchemas.look(session);
        refuse(live);
        for (LiveSchemas.Schema schema : live.of(Kind.SET_ASIDE)) {
            String name = SchemaNames.aside(schema.name(), name());
            List<String> extensions = live.movableIn(schema.name()).stream()
                    .map(LiveSchemas.Extension::name)
                    .toList();
            session.execute("ALTER SCHEMA %s RENAME TO %s".formatted(quoted(schema.name()), quoted(name)));
            aside.put(schema.name(), new Aside(schema.oid(), name));
            if (schema.name().equals(LiveSchemas.PUBLIC) || !extensions.isEmpty()) {
                make(schema, extensions);
            }
        }
        session.execute("SET LOCAL lock_timeout = 0; RESET search_path");
        neighbours = look(live);
    }

    /** Without a schema {@code public} of its own the dump would write into that of live. */
    private static void refuse(LiveSchemas live) {
        live.find(LiveSchemas.PUBLIC)
                .filter(schema -> schema.kind() != Kind.SET_ASIDE && schema.kind() != Kind.OF_EXTENSIONS)
                .ifPresent(schema -> {
                    throw problem(RIGHTS_MISSING, "the schema 'public' cannot be set aside")
                            .remedy("Look at the plan of this restore with --dry-run: it says why, and what to do.");
                });
    }

    private void make(LiveSchemas.Schema schema, List<String> extensions) throws SQLException {
        new SchemaTwin(session).make(schema.oid(), schema.name(), schema.owner());
        made.add(schema.name());
        for (String extension : extensions) {
            session.execute("ALTER EXTENSION %s SET SCHEMA %s".formatted(quoted(extension), quoted(schema.name())));
        }
    }

    private Neighbours look(LiveSchemas live) throws SQLException {
        Set<Long> namespaces = new HashSet<>();
        Set<String> names = new HashSet<>();
        Set<String> ready = new HashSet<>(made);
        for (LiveSchemas.Schema schema : live.schemas()) {
            namespaces.add(schema.oid());
            switch (schema.kind()) {
                case SET_ASIDE -> names.add(aside.get(schema.name()).name());
                case OF_EXTENSIONS -> ready.add(schema.name());
                case HELD_BY_EXTENSIONS, OF_OTHERS, PREVIOUS -> names.add(schema.name());
            }
        }
        Map<String, String> extensions = live.extensions().stream()
                .collect(Collectors.toMap(LiveSchemas.Extension::name, LiveSchemas.Extension::schema));
        long largeObjects = session.number("SELECT count(*) FROM pg_catalog.pg_largeobject_metadata");
        return new Neighbours(true, namespaces, names, ready, extensions, largeObjects);
    }

    /** After the load: checks what is checked at the end of a transaction, and puts back what the dump does not bring. */
    void settle() throws SQLException {
        session.execute("SET search_path = pg_catalog;" + LIFT_GUARD
                + "SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED;" + SET_GUARD);
        refuseStrays();
        Set<String> brought = brought();
        for (String schema : List.copyOf(aside.keySet())) {
            if (!brought.contains(schema)) {
                putBack(schema, aside.remove(schema));
                untouched.add(schema);
            }
        }
        fresh.addAll(session.texts("SELECT n.nspname FROM pg_namespace n WHERE n.nspname !~ '^pg_'"
                + " AND n.nspname <> 'information_schema'" + neighbours.without("n.oid")));
    }

    private Set<String> brought() throws SQLException {
        return new HashSet<>(session.texts("SELECT name FROM " + LiveDatabaseRules.BROUGHT + " UNION ("
                + CatalogObjects.WITH
                + "SELECT n.nspname FROM pg_namespace n WHERE n.nspname !~ '^pg_'" + neighbours.without("n.oid")
                + " AND (n.nspname <> ALL (" + names(made) + ") OR EXISTS (SELECT FROM objects o WHERE o.ns = n.oid"
                + " AND NOT EXISTS (SELECT FROM members m JOIN pg_extension e ON e.oid = m.ext WHERE m.class = o.class"
                + " AND m.id = o.id AND e.extname = ANY ("
                + names(neighbours.extensions().keySet()) + ")))))"));
    }

    private static String names(Set<String> schemas) {
        return schemas.stream()
                .map(PostgresNames::literal)
                .collect(Collectors.joining(", ", "ARRAY[", "]::pg_catalog.name[]"));
    }

    /** A schema that only held extensions stays where it is, so that nothing could ever be put back. */
    private void refuseStrays() throws SQLException {
        List<String> shared = neighbours.ready().stream()
                .filter(schema -> !made.contains(schema))
                .sorted()
                .toList();
        for (String schema : shared) {
            List<String> strays = session.texts(CatalogObjects.WITH
                    + "SELECT (pg_identify_object(o.class, o.id, 0)).identity"
                    + " FROM objects o WHERE o.ns = " + literal(quoted(schema)) + "::regnamespace AND NOT EXISTS"
                    + " (SELECT FROM members m WHERE m.class = o.class AND m.id = o.id) ORDER BY 1 LIMIT 5");
            if (!strays.isEmpty()) {
                throw problem(
                                LOAD_FAILED,
                                "the backup puts objects into the schema '%s', which holds extensions that '%s' cannot move, so it cannot be set aside: %s",
                                schema,
                                connections.settings().user(),
                                String.join(", ", strays))
                        .remedy("Use strategy 'database' with a role that may create databases.");
            }
        }
    }

    private void putBack(String schema, Aside one) throws SQLException {
        if (made.remove(schema)) {
            for (String extension : session.texts("SELECT extname FROM pg_extension WHERE extnamespace = "
                    + literal(quoted(schema)) + "::regnamespace ORDER BY 1")) {
                session.execute("ALTER EXTENSION %s SET SCHEMA %s".formatted(quoted(extension), quoted(one.name())));
            }
            session.execute("DROP SCHEMA " + quoted(schema));
        }
        session.execute("ALTER SCHEMA %s RENAME TO %s".formatted(quoted(one.name()), quoted(schema)));
    }

    /** From here on a commit is possible. */
    String liftGuard() {
        return LIFT_GUARD;
    }

    /** Undoes everything, unless it was committed. */
    @Override
    public void close() {
        try (Connection closing = connection) {
            if (!closing.isClosed()) {
                closing.rollback();
            }
        } catch (SQLException e) {
            // a connection that is gone took the transaction with it
            System.getLogger(SchemaTransaction.class.getName()).log(System.Logger.Level.DEBUG, "rollback", e);
        }
    }
}
