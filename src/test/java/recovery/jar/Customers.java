package recovery.jar;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import recovery.harness.RealPostgres;

/** A small live database on a real server: one table, whose rows say whether they are the live or the restored ones. */
final class Customers {
    static final int LIVE = 5;

    /** To look on again and again: a new connection each time would keep the machine busier than the program does. */
    private static final Map<RealPostgres, Connection> WATCHING = new ConcurrentHashMap<>();

    private final RealPostgres server;
    private final Connection watching;
    private final String database;

    Customers(int version) {
        server = RealPostgres.version(version);
        watching = WATCHING.computeIfAbsent(server, one -> one.connect("postgres"));
        database = server.newDatabase();
        server.execute(
                database,
                "CREATE TABLE customers (id integer PRIMARY KEY, name text)",
                "INSERT INTO customers SELECT i, 'live ' || i FROM generate_series(1, " + LIVE + ") i");
    }

    RealPostgres server() {
        return server;
    }

    String database() {
        return database;
    }

    /** The settings that make it the target. */
    Map<String, String> settings() {
        return settings(server.host(), server.port());
    }

    Map<String, String> settings(String host, int port) {
        return Map.of(
                "DB_HOST",
                host,
                "DB_PORT",
                "" + port,
                "DB_USER",
                server.user(),
                "DB_PASSWORD",
                server.password(),
                "DB_NAME",
                database,
                "DB_SSLMODE",
                "disable");
    }

    /** The database itself, by its number on the server, and all its rows. */
    List<String> content() {
        return server.query(
                database,
                "SELECT (SELECT oid::text FROM pg_database WHERE datname = current_database())"
                        + " UNION ALL (SELECT id || ' ' || name FROM customers ORDER BY id)");
    }

    long rows() {
        return Long.parseLong(
                server.query(database, "SELECT count(*) FROM customers").get(0));
    }

    /** As pg_dump writes it, with {@code rows} customers and {@code between} after their rows. */
    static String dump(int rows, String... between) {
        String copied = IntStream.rangeClosed(1, rows)
                .mapToObj(i -> i + "\trestored " + i + "\n")
                .collect(Collectors.joining());
        return """
                --
                -- PostgreSQL database dump
                --

                -- Dumped from database version 15.4
                -- Dumped by pg_dump version 15.4

                CREATE TABLE public.customers (
                    id integer NOT NULL,
                    name text
                );
                COPY public.customers (id, name) FROM stdin;
                %s\\.
                %s
                ALTER TABLE ONLY public.customers
                    ADD CONSTRAINT customers_pkey PRIMARY KEY (id);

                --
                -- PostgreSQL database dump complete
                --

                """.formatted(copied, String.join("\n", between));
    }

    /** The first column of all rows, as text, as seen from the maintenance database; cheap. */
    List<String> look(String sql) {
        try (Statement statement = watching.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            List<String> values = new ArrayList<>();
            while (rows.next()) {
                values.add(rows.getString(1));
            }
            return values;
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Copies that restores have made and not yet renamed or dropped. */
    List<String> copies() {
        return databases("_restoring_");
    }

    List<String> previous() {
        return databases("_before_");
    }

    private List<String> databases(String kind) {
        return look("SELECT datname FROM pg_database WHERE starts_with(datname, '" + database + kind + "') ORDER BY 1");
    }

    /** Sessions of the program that are still there after a moment: the server sees a dead client a little later. */
    List<String> sessionsLeft() {
        List<String> left = sessions();
        for (int again = 0; again < 100 && !left.isEmpty(); again++) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50));
            left = sessions();
        }
        return left;
    }

    private List<String> sessions() {
        return look("SELECT concat_ws(' ', datname, application_name, query) FROM pg_stat_activity"
                + " WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()"
                + " AND application_name NOT LIKE 'PostgreSQL JDBC Driver%'");
    }

    /** A session that holds a lock until it is closed. */
    Held hold(String inDatabase, String lock) {
        Connection connection = server.connect(inDatabase);
        try (Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            statement.execute(lock);
            return new Held(connection);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    record Held(Connection connection) implements AutoCloseable {
        @Override
        public void close() {
            try {
                connection.close();
            } catch (SQLException e) {
                throw new IllegalStateException(e);
            }
        }
    }
}
