package recovery.faults;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import recovery.core.error.ErrorCode;
import recovery.core.restore.RestoreJob;
import recovery.core.restore.RestoreReport;
import recovery.core.restore.RestoreRequest;
import recovery.harness.PgDumpReferee;
import recovery.harness.PostgresTools;
import recovery.harness.RealPostgres;
import recovery.harness.RestoreBench;

/**
 * A live database and a backup of another state of it, for a restore to which something happens; and what must hold after
 * whatever happened.
 */
final class Incident {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final String BACKUP = "shop.sql";
    private static final int ROWS = 3_000;

    private final RealPostgres server;
    private final Path folder;
    private final String live;
    private final List<String> before;
    private final List<String> restored;

    /** On a server that nobody else uses. */
    Incident(RealPostgres server, Path folder) {
        this.server = server;
        this.folder = folder;
        live = server.newDatabase();
        server.execute(
                live,
                "CREATE TABLE customers (id integer PRIMARY KEY, name text)",
                "INSERT INTO customers SELECT i, 'live ' || i FROM generate_series(1, 5) i");
        before = content(live);
        String reference = server.newDatabase();
        new PostgresTools(server).psql(reference, dump("").getBytes(UTF_8));
        restored = content(reference);
        server.execute("postgres", "DROP DATABASE " + reference);
    }

    /** The settings by which a program of its own works as {@link #bench} does, for the folder of this incident. */
    Map<String, String> settings(RealPostgres way) {
        return Map.of(
                "DB_HOST",
                way.host(),
                "DB_PORT",
                "" + way.port(),
                "DB_USER",
                way.user(),
                "DB_PASSWORD",
                way.password(),
                "DB_NAME",
                live,
                "DB_SSLMODE",
                "disable",
                "STATE_DIR",
                "state");
    }

    String live() {
        return live;
    }

    /** A bench whose restores reach the server by {@code way}, with the backup in it. */
    RestoreBench bench(RealPostgres way) {
        return bench(way, "");
    }

    /** As above, with {@code atEnd} as the last statements of the backup. */
    RestoreBench bench(RealPostgres way, String atEnd) {
        return RestoreBench.postgres(folder, way, live).put(BACKUP, dump(atEnd));
    }

    /** A bench whose restores are those of {@code role}. */
    RestoreBench bench(RealPostgres way, String role, String password) {
        return RestoreBench.as(role, password, folder, way, live).put(BACKUP, dump(""));
    }

    static RestoreJob begin(RestoreBench bench) {
        return bench.service()
                .start(new RestoreRequest(BACKUP, false, Optional.empty(), true, Optional.empty(), "terminal"));
    }

    /** Waits for the end of a job, which must come. */
    static RestoreReport end(RestoreJob job) throws Exception {
        return CompletableFuture.supplyAsync(() -> {
                    try {
                        return job.await();
                    } catch (InterruptedException e) {
                        throw new IllegalStateException(e);
                    }
                })
                .get(LIMIT.toSeconds(), TimeUnit.SECONDS);
    }

    /** The live database is what it was. */
    void isUnchanged() {
        assertThat(PgDumpReferee.difference(before, content(live))).isEmpty();
    }

    /** The live database is exactly what the backup says. */
    void isRestored() {
        assertThat(PgDumpReferee.difference(restored, content(live))).isEmpty();
    }

    /**
     * The sentence on the live database is true, nothing is there that the next start does not name, its cleanup leaves
     * nothing, and the next restore works.
     */
    void aftermath(RestoreReport report) throws Exception {
        boolean inDoubt =
                report.error().map(RestoreReport.Failure::code).equals(Optional.of(ErrorCode.SWAP_UNCONFIRMED));
        if (!inDoubt) {
            // else it may be closed until the next start, as the remedies say
            isTrue(report.liveDatabase());
        }
        try (RestoreBench next = bench(server)) {
            List<String> findings = next.service().findings(LIMIT);
            isTrue(report.liveDatabase());
            checkNamed(findings);
            next.service().cleanUp();
            isUsable(next);
        }
        isClean();
    }

    /** As above, for a process that was killed: what the next start says of it is true. */
    void afterKill() throws Exception {
        try (RestoreBench next = bench(server)) {
            List<String> findings = next.service().findings(LIMIT);
            for (String finding : findings) {
                int sentence = finding.indexOf(" was cut off while it was ");
                if (sentence >= 0) {
                    isTrue(finding.substring(finding.indexOf(". ", sentence) + 2));
                }
            }
            checkNamed(findings);
            next.service().cleanUp();
            isUsable(next);
        }
        isClean();
    }

    private void checkNamed(List<String> findings) {
        for (String copy : copies()) {
            assertThat(findings)
                    .anyMatch(line -> line.startsWith("'" + copy + "' is left over from a restore that was cut off"));
        }
        assertThat(closed()).as("databases that take no connections").containsExactly("template0");
    }

    private void isUsable(RestoreBench next) throws Exception {
        assertThat(copies()).isEmpty();
        isEitherOne();
        RestoreReport again = end(begin(next));
        assertThat(again.error()).isEmpty();
        isTrue(again.liveDatabase());
        isRestored();
    }

    private void isClean() {
        assertThat(copies()).isEmpty();
        assertThat(closed()).containsExactly("template0");
        assertThat(sessionsLeft()).isEmpty();
        assertThat(server.query("postgres", "SELECT pid FROM pg_locks WHERE locktype = 'advisory'"))
                .isEmpty();
        server.databasesLike(live + "_before_").forEach(name -> server.execute("postgres", "DROP DATABASE " + name));
    }

    private void isEitherOne() {
        List<String> now = content(live);
        assertThat(List.of(before, restored)).contains(now);
    }

    private void isTrue(String sentence) {
        if (sentence.contains(" is unchanged; ")) {
            isUnchanged();
        } else if (sentence.contains(" holds the restored data; ")) {
            isRestored();
        } else if (sentence.contains(" may be the old or the restored data; ")) {
            boolean swapped = !server.databasesLike(live + "_before_").isEmpty();
            assertThat(PgDumpReferee.difference(swapped ? restored : before, content(live)))
                    .isEmpty();
        } else if (sentence.contains(" holds again what it held before; ")) {
            isUnchanged();
        } else {
            throw new AssertionError(sentence);
        }
    }

    /** Copies that are neither renamed nor dropped. */
    List<String> copies() {
        return server.databasesLike(live + "_restoring_");
    }

    private List<String> closed() {
        return server.query("postgres", "SELECT datname FROM pg_database WHERE NOT datallowconn ORDER BY 1");
    }

    /** Sessions of the program that are still there after a moment. */
    private List<String> sessionsLeft() {
        String sessions = "SELECT concat_ws(' ', datname, application_name, query) FROM pg_stat_activity"
                + " WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()"
                + " AND application_name NOT LIKE 'PostgreSQL JDBC Driver%'";
        List<String> left = new ArrayList<>(server.query("postgres", sessions));
        for (int again = 0; again < 100 && !left.isEmpty(); again++) {
            LockSupport.parkNanos(Duration.ofMillis(50).toNanos());
            left = server.query("postgres", sessions);
        }
        return left;
    }

    /** Even while nobody may connect to it: a dump of the database as text. */
    private List<String> content(String database) {
        return new PgDumpReferee(server).canonical(database);
    }

    /** As pg_dump writes it, with every kind of object that has a moment of its own in a restore. */
    private static String dump(String atEnd) {
        StringBuilder dump = new StringBuilder("""
                --
                -- PostgreSQL database dump
                --

                -- Dumped from database version 15.4
                -- Dumped by pg_dump version 15.4

                CREATE TABLE public.customers (
                    id integer NOT NULL,
                    name text
                );
                CREATE TABLE public.orders (
                    id integer NOT NULL,
                    customer integer
                );
                CREATE SEQUENCE public.orders_id_seq OWNED BY public.orders.id;
                COPY public.customers (id, name) FROM stdin;
                """);
        for (int i = 1; i <= ROWS; i++) {
            dump.append(i).append("\trestored ").append(i).append('\n');
        }
        dump.append("\\.\n\nCOPY public.orders (id, customer) FROM stdin;\n");
        for (int i = 1; i <= ROWS; i++) {
            dump.append(i).append('\t').append(1 + i % ROWS).append('\n');
        }
        return dump.append("""
                \\.

                SELECT pg_catalog.setval('public.orders_id_seq', %d, true);
                ALTER TABLE ONLY public.customers
                    ADD CONSTRAINT customers_pkey PRIMARY KEY (id);
                CREATE INDEX customers_by_name ON public.customers USING btree (name);
                ALTER TABLE ONLY public.orders
                    ADD CONSTRAINT orders_customer_fkey FOREIGN KEY (customer) REFERENCES public.customers(id);
                %s
                --
                -- PostgreSQL database dump complete
                --

                """.formatted(ROWS, atEnd)).toString();
    }
}
