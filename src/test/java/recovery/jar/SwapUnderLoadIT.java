package recovery.jar;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import recovery.harness.RealPostgres;

/** An application that never stops asking, and connects again whenever it loses its connection. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class SwapUnderLoadIT {
    private static final int CLIENTS = 20;
    private static final int RESTORED = 3000;

    @TempDir
    Path folder;

    private final AtomicBoolean ended = new AtomicBoolean();
    private Customers live;

    @Test
    void clientsSeeTheOldOrTheNewDatabaseAndNothingInBetween() throws Exception {
        live = new Customers(RealPostgres.MIDDLE);
        Site site = new Site(folder, live.settings()).backup("shop.sql", Customers.dump(RESTORED));
        ExecutorService clients = Executors.newFixedThreadPool(CLIENTS);
        try {
            List<Future<List<Long>>> seen = IntStream.range(0, CLIENTS)
                    .mapToObj(i -> clients.submit(this::client))
                    .toList();
            JsonNode report = site.json("restore", "shop.sql", "--force");
            Thread.sleep(300);
            ended.set(true);

            assertThat(report.get("downtimeMs").asLong()).isBetween(0L, 2000L);
            for (Future<List<Long>> one : seen) {
                List<Long> counts = one.get();
                assertThat(counts).containsOnly((long) Customers.LIVE, (long) RESTORED);
                assertThat(counts).as("nobody goes back in time").isSorted();
                assertThat(counts).startsWith((long) Customers.LIVE).endsWith((long) RESTORED);
            }
        } finally {
            ended.set(true);
            clients.shutdownNow();
        }
        assertThat(live.copies()).isEmpty();
    }

    /** All counts it saw, in their order. */
    private List<Long> client() throws InterruptedException {
        List<Long> counts = new ArrayList<>();
        String url = "jdbc:postgresql://%s:%d/%s"
                .formatted(live.server().host(), live.server().port(), live.database());
        while (!ended.get()) {
            try (Connection connection = DriverManager.getConnection(
                            url, live.server().user(), live.server().password());
                    Statement statement = connection.createStatement()) {
                while (!ended.get()) {
                    try (ResultSet row = statement.executeQuery("SELECT count(*) FROM customers")) {
                        row.next();
                        counts.add(row.getLong(1));
                    }
                    Thread.sleep(10);
                }
            } catch (SQLException lost) {
                // connects again, as applications do
                Thread.sleep(10);
            }
        }
        return counts;
    }
}
