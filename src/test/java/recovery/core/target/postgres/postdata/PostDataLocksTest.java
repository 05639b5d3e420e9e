package recovery.core.target.postgres.postdata;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import recovery.harness.RealPostgres;

/** The claims of steps against the locks that the server takes for them. */
@Timeout(value = 3, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class PostDataLocksTest {
    /** The locks from the weakest on; the first one of a claim is its own. */
    private static final List<String> LOCKS = List.of(
            "AccessShareLock",
            "RowShareLock",
            "RowExclusiveLock",
            "ShareUpdateExclusiveLock",
            "ShareLock",
            "ShareRowExclusiveLock",
            "ExclusiveLock",
            "AccessExclusiveLock");

    private static final List<String> BEFORE = List.of(
            "CREATE SCHEMA s",
            "CREATE FUNCTION s.f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN new; END'",
            "CREATE TABLE s.target (id int NOT NULL, x int, t text)",
            "CREATE TABLE s.a (id int NOT NULL, x int NOT NULL, y int, t text)",
            "CREATE TABLE s.b (id int NOT NULL, x int, y int, t text)",
            "CREATE TABLE s.p (id int NOT NULL, x int) PARTITION BY RANGE (id)",
            "CREATE TABLE s.p1 PARTITION OF s.p FOR VALUES FROM (0) TO (10) PARTITION BY RANGE (id)",
            "CREATE TABLE s.p11 PARTITION OF s.p1 FOR VALUES FROM (0) TO (10)",
            "CREATE TABLE s.p2 PARTITION OF s.p FOR VALUES FROM (10) TO (20)",
            "CREATE TABLE s.elder (id int NOT NULL, x int)",
            "CREATE TABLE s.heir (y int) INHERITS (s.elder)",
            "INSERT INTO s.target SELECT i, i, i FROM generate_series(1, 20) i",
            "INSERT INTO s.a SELECT i, i, i, i FROM generate_series(1, 20) i",
            "INSERT INTO s.b SELECT i, i, i, i FROM generate_series(1, 20) i",
            "INSERT INTO s.p SELECT i, i FROM generate_series(1, 19) i");

    /** All their steps are run at the beginning. */
    private static final List<String> DONE = List.of(
            "ALTER TABLE ONLY s.target ADD CONSTRAINT target_key PRIMARY KEY (id)",
            "ALTER TABLE ONLY s.a ADD CONSTRAINT a_done UNIQUE (x)",
            "ALTER TABLE ONLY s.p ADD CONSTRAINT p_key PRIMARY KEY (id)",
            "ALTER TABLE ONLY s.p1 ADD CONSTRAINT p1_key PRIMARY KEY (id)",
            "ALTER TABLE ONLY s.p2 ADD CONSTRAINT p2_key PRIMARY KEY (id)",
            "ALTER TABLE ONLY s.p11 ADD CONSTRAINT p11_key PRIMARY KEY (id)",
            "ALTER INDEX s.p1_key ATTACH PARTITION s.p11_key",
            "CREATE INDEX a_i ON s.a USING btree (lower(t))",
            "CREATE INDEX p_x ON ONLY s.p USING btree (x)",
            "CREATE INDEX p1_x ON ONLY s.p1 USING btree (x)",
            "CREATE INDEX p11_x ON s.p11 USING btree (x)",
            "CREATE TRIGGER tr AFTER INSERT ON s.a FOR EACH ROW EXECUTE FUNCTION s.f()");

    /** The first of two steps is run at the beginning and the second is looked at. */
    private static final List<String> BEGUN = List.of(
            "ALTER TABLE ONLY s.a ADD CONSTRAINT a_key PRIMARY KEY (id)",
            "ALTER TABLE ONLY s.b ADD CONSTRAINT b_key UNIQUE (x) DEFERRABLE",
            "ALTER TABLE ONLY s.a ADD CONSTRAINT a_old FOREIGN KEY (x) REFERENCES s.target(id)",
            "ALTER TABLE ONLY s.a ADD CONSTRAINT a_old2 FOREIGN KEY (y) REFERENCES s.target(id)",
            "ALTER TABLE ONLY s.b ADD CONSTRAINT b_old FOREIGN KEY (x) REFERENCES s.target(id)",
            "ALTER TABLE ONLY s.b ADD CONSTRAINT b_old2 FOREIGN KEY (x) REFERENCES s.a(x)",
            "ALTER TABLE ONLY s.target ADD CONSTRAINT t_old FOREIGN KEY (x) REFERENCES s.target(id)",
            "ALTER TABLE ONLY s.p2 ADD CONSTRAINT p2_old FOREIGN KEY (id) REFERENCES s.target(id)",
            "ALTER TABLE ONLY s.heir ADD CONSTRAINT heir_old FOREIGN KEY (id) REFERENCES s.p2(id)",
            "ALTER TABLE ONLY s.elder ADD CONSTRAINT elder_key PRIMARY KEY (id)",
            "ALTER TABLE ONLY s.heir ADD CONSTRAINT heir_key UNIQUE (id)");

    /** The first step of each is looked at. */
    private static final List<String> FRESH = List.of(
            "CREATE INDEX a1 ON s.a USING btree (t)",
            "CREATE INDEX a2 ON s.a USING hash (t)",
            "CREATE INDEX b1 ON s.b USING btree (t)",
            "CREATE INDEX t1 ON s.target USING btree (t)",
            "CREATE INDEX p2_x ON s.p2 USING btree (x)",
            "CREATE INDEX p_id ON ONLY s.p USING btree (id)",
            "ALTER TABLE ONLY s.a ADD CONSTRAINT a_u UNIQUE (y)",
            "ALTER TABLE ONLY s.a ADD CONSTRAINT a_x EXCLUDE USING btree (y WITH =)",
            "ALTER TABLE ONLY s.p ADD CONSTRAINT p_u UNIQUE (id)",
            "ALTER TABLE ONLY s.a ADD CONSTRAINT a_fk FOREIGN KEY (y) REFERENCES s.target(id)",
            "ALTER TABLE ONLY s.b ADD CONSTRAINT b_fk FOREIGN KEY (y) REFERENCES s.target(id)",
            "ALTER TABLE ONLY s.b ADD CONSTRAINT b_fk2 FOREIGN KEY (y) REFERENCES s.a(x)",
            "ALTER TABLE ONLY s.target ADD CONSTRAINT t_fk FOREIGN KEY (x) REFERENCES s.target(id)",
            "ALTER TABLE s.p ADD CONSTRAINT p_fk FOREIGN KEY (id) REFERENCES s.target(id)",
            "ALTER TABLE ONLY s.p2 ADD CONSTRAINT p2_fk FOREIGN KEY (id) REFERENCES s.target(id)",
            "ALTER TABLE ONLY s.heir ADD CONSTRAINT heir_p FOREIGN KEY (id) REFERENCES s.p1(id)",
            "ALTER TABLE ONLY s.heir ADD CONSTRAINT heir_p2 FOREIGN KEY (id) REFERENCES s.p2(id)",
            "ALTER TABLE ONLY s.b ADD CONSTRAINT b_p1 FOREIGN KEY (x) REFERENCES s.p1(id) NOT VALID",
            "ALTER TABLE ONLY s.b ADD CONSTRAINT b_p2 FOREIGN KEY (x) REFERENCES s.p2(id) NOT VALID",
            "ALTER INDEX s.p_key ATTACH PARTITION s.p1_key",
            "ALTER INDEX s.p_key ATTACH PARTITION s.p2_key",
            "ALTER INDEX s.p1_x ATTACH PARTITION s.p11_x",
            "ALTER INDEX s.a_i ALTER COLUMN 1 SET STATISTICS 50",
            "ALTER TABLE s.a CLUSTER ON a_i",
            "ALTER TABLE ONLY s.a REPLICA IDENTITY USING INDEX a_done",
            "ALTER TABLE s.a ADD CONSTRAINT a_c CHECK ((x > 0))",
            "ALTER TABLE s.elder ADD CONSTRAINT e_c CHECK ((x > 0)) NOT VALID",
            "ALTER TABLE s.a ENABLE ROW LEVEL SECURITY",
            "ALTER TABLE s.a DISABLE TRIGGER tr",
            "CREATE STATISTICS s.st (dependencies) ON x, y FROM s.a",
            "CREATE TRIGGER tr2 AFTER INSERT ON s.b FOR EACH ROW EXECUTE FUNCTION s.f()",
            "CREATE TRIGGER trp AFTER INSERT ON s.p FOR EACH ROW EXECUTE FUNCTION s.f()",
            "CREATE RULE ru AS ON DELETE TO s.b DO INSTEAD UPDATE s.a SET y = 1 WHERE (a.x = old.x)",
            "CREATE POLICY po ON s.b USING ((EXISTS ( SELECT 1 FROM s.target WHERE (target.id = b.x))))",
            "COMMENT ON INDEX s.a_i IS 'x'",
            "COMMENT ON CONSTRAINT a_done ON s.a IS 'x'",
            "COMMENT ON CONSTRAINT target_key ON s.target IS 'x'",
            "COMMENT ON TRIGGER tr ON s.a IS 'x'");

    @ParameterizedTest
    @ValueSource(ints = {RealPostgres.OLDEST, RealPostgres.MIDDLE, RealPostgres.NEWEST})
    void noStepLocksWhatItDoesNotClaimAndFreeOnesDoNotWait(int version) throws SQLException {
        RealPostgres server = RealPostgres.version(version);
        String database = server.newDatabase();
        try (Connection one = server.connect(database);
                Connection other = server.connect(database)) {
            List<Step> steps = prepared(new Session(one), version);
            one.setAutoCommit(false);
            other.setAutoCommit(false);
            List<String> unclaimed = new ArrayList<>();
            for (Step step : steps) {
                run(one, step.sql());
                unclaimed.addAll(unclaimed(one, step));
                one.rollback();
            }
            assertThat(unclaimed).isEmpty();
            assertThat(waiting(steps, one, other)).isEmpty();
        }
    }

    private static List<Step> prepared(Session session, int version) {
        BEFORE.forEach(session::run);
        PostData postData = new PostData(new CatalogRelations(session), version);
        for (String sql : DONE) {
            Dumped.steps(postData, sql).forEach(step -> session.run(step.sql()));
        }
        List<Step> steps = new ArrayList<>();
        for (String sql : BEGUN) {
            List<Step> two = Dumped.steps(postData, sql);
            session.run(two.get(0).sql());
            steps.add(two.get(1));
        }
        FRESH.forEach(sql -> steps.add(Dumped.steps(postData, sql).get(0)));
        return steps;
    }

    /** Stronger locks than the claims say; on an index of a claimed table a lock to read it is no such. */
    private static List<String> unclaimed(Connection connection, Step step) throws SQLException {
        List<String> found = new ArrayList<>();
        try (Statement statement = connection.createStatement();
                ResultSet locks = statement.executeQuery("SELECT c.relname, l.mode, coalesce(t.relname, '')"
                        + " FROM pg_locks l JOIN pg_class c ON c.oid = l.relation LEFT JOIN pg_index i"
                        + " ON i.indexrelid = c.oid LEFT JOIN pg_class t ON t.oid = i.indrelid"
                        + " WHERE l.pid = pg_backend_pid() AND c.relnamespace = 's'::regnamespace")) {
            while (locks.next()) {
                Claim claim = step.claims().get(Step.name("s", locks.getString(1)));
                boolean read = locks.getString(2).equals("AccessShareLock")
                        && step.claims().containsKey(Step.name("s", locks.getString(3)));
                if (!read && (claim == null || LOCKS.indexOf(locks.getString(2)) > LOCKS.indexOf(lock(claim)))) {
                    found.add(step.sql() + ": " + locks.getString(2) + " on " + locks.getString(1) + ", claimed: "
                            + claim);
                }
            }
        }
        return found;
    }

    static String lock(Claim claim) {
        return switch (claim) {
            case COPY -> "RowExclusiveLock";
            case MENTION -> "AccessShareLock";
            case VALIDATE_AGAINST -> "RowShareLock";
            case VALIDATE, CLEAN -> "ShareUpdateExclusiveLock";
            case BUILD -> "ShareLock";
            case REFERRING, REFERRED -> "ShareRowExclusiveLock";
            case REFERRED_BY_PARTITIONS, ATTACH, ALONE -> "AccessExclusiveLock";
        };
    }

    /** Pairs that may run at the same time, of which the second waits for the first while that has not ended. */
    private static List<String> waiting(List<Step> steps, Connection one, Connection other) throws SQLException {
        List<String> waiting = new ArrayList<>();
        int free = 0;
        for (Step first : steps) {
            run(one, first.sql());
            for (Step second : steps) {
                if (!first.equals(second) && relation(first.claims(), second.claims()) == Claim.Relation.FREE) {
                    free++;
                    try {
                        run(other, "SET LOCAL lock_timeout = '10s'");
                        run(other, second.sql());
                    } catch (SQLException e) {
                        waiting.add(first.sql() + " | " + second.sql() + " | " + e.getMessage());
                    }
                    other.rollback();
                }
            }
            one.rollback();
        }
        assertThat(free).isGreaterThan(500);
        return waiting;
    }

    private static Claim.Relation relation(Map<String, Claim> first, Map<String, Claim> second) {
        return first.entrySet().stream()
                .filter(claim -> second.containsKey(claim.getKey()))
                .map(claim -> claim.getValue().to(second.get(claim.getKey())))
                .max(Claim.Relation::compareTo)
                .orElse(Claim.Relation.FREE);
    }

    private static void run(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
