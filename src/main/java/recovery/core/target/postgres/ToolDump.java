package recovery.core.target.postgres;

import static recovery.core.error.ErrorCode.BACKUP_FAILED;
import static recovery.core.error.RecoveryException.problem;

import java.io.IOException;
import java.io.OutputStream;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import recovery.core.error.RecoveryException;
import recovery.core.target.BringsBack;
import recovery.core.target.DumpTool;
import recovery.core.target.LoadResult.TableRows;
import recovery.core.target.LoadWatch;
import recovery.core.target.SafetySource;

/**
 * The live database as {@code pg_dump} writes it. The rows of each table are counted beside that in the same snapshot, so
 * that the dump can be held against something that pg_dump has not said.
 */
final class ToolDump implements SafetySource {
    private static final int BUFFER_BYTES = 1 << 17;
    private static final String CONNECT_TIMEOUT = "PGCONNECT_TIMEOUT";

    private final DumpTool tool;
    private final DumpTool.Found program;
    private final PostgresSettings settings;
    private final LiveSnapshot snapshot;
    private volatile boolean stopped;

    /** Takes the snapshot over. */
    ToolDump(DumpTool tool, DumpTool.Found program, PostgresSettings settings, LiveSnapshot snapshot) {
        this.tool = tool;
        this.program = program;
        this.settings = settings;
        this.snapshot = snapshot;
    }

    @Override
    public String ending() {
        return ".dump";
    }

    @Override
    public String method() {
        return "pg_dump " + program.version();
    }

    @Override
    public BringsBack bringsBack() {
        return new BringsBack(
                BringsBack.Extent.EVERYTHING,
                List.of("It brings back the whole database: pg_dump wrote its definitions and its rows."));
    }

    @Override
    public List<TableRows> write(OutputStream file, LoadWatch watch) throws IOException {
        CompletableFuture<List<TableRows>> counting = new CompletableFuture<>();
        try (DumpTool.Run run = start()) {
            watch.cancellation().whenAsked(() -> {
                run.close();
                snapshot.cancel();
            });
            Thread counter = new Thread(() -> count(counting, watch), "safety-copy-count");
            counter.start();
            try {
                pump(run, file, watch);
                return counted(counting);
            } finally {
                stopped = true;
                snapshot.cancel();
                join(counter);
            }
        } finally {
            watch.cancellation().whenAsked(() -> {});
        }
    }

    /** The program is told all by its environment, which other users cannot read. */
    private DumpTool.Run start() {
        Map<String, String> environment = new LinkedHashMap<>();
        environment.put("PGHOST", settings.host().replaceAll("^\\[|]$", ""));
        environment.put("PGPORT", Integer.toString(settings.port()));
        environment.put("PGUSER", settings.user());
        environment.put("PGDATABASE", settings.database());
        environment.put("PGAPPNAME", settings.applicationName());
        environment.put(CONNECT_TIMEOUT, "20");
        if (settings.password().length > 0) {
            environment.put("PGPASSWORD", String.valueOf(settings.password()));
        }
        if (!settings.sslMode().isEmpty()) {
            environment.put("PGSSLMODE", settings.sslMode());
        }
        try {
            List<String> arguments = List.of("--format=custom", "--no-password", "--snapshot=" + snapshot.export());
            return tool.start(program, arguments, environment);
        } catch (SQLException e) {
            throw snapshot.failed("sharing the view of the live database", e);
        } catch (IOException e) {
            throw problem(BACKUP_FAILED, "'%s' cannot be started: %s", program.program(), recovery.core.error.Why.of(e))
                    .causedBy(e)
                    .remedy("Start it by hand to see what is wrong with it, or remove it.");
        }
    }

    private void pump(DumpTool.Run run, OutputStream file, LoadWatch watch) throws IOException {
        byte[] buffer = new byte[BUFFER_BYTES];
        try {
            int count = read(run, buffer);
            while (count >= 0) {
                watch.cancellation().check();
                file.write(buffer, 0, count);
                count = read(run, buffer);
            }
            watch.cancellation().check();
            int code = run.await();
            watch.cancellation().check();
            if (code != 0) {
                throw failed(code, run.said());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while pg_dump ran", e);
        }
    }

    /** A pipe that breaks is the end of the program, which says itself what it was. */
    private static int read(DumpTool.Run run, byte[] buffer) {
        try {
            return run.output().read(buffer);
        } catch (IOException broken) {
            return -1;
        }
    }

    private RecoveryException failed(int code, String said) {
        String end = code > 128 ? "was killed by signal " + (code - 128) : "ended with code " + code;
        return problem(
                        BACKUP_FAILED,
                        "'%s' %s%s",
                        program.program(),
                        end,
                        said.isEmpty() ? " and said nothing" : " and said: " + said)
                .remedy(
                        "Read what it said, correct that, and start again.",
                        "If it was killed, look into the log of the system: memory may have run out.");
    }

    private void count(CompletableFuture<List<TableRows>> counting, LoadWatch watch) {
        try {
            List<TableRows> rows = new ArrayList<>();
            for (LiveTable table : snapshot.tables()) {
                if (stopped) {
                    return;
                }
                watch.object(table.name());
                long counted = snapshot.session().number(table.count());
                watch.rows(counted);
                rows.add(new TableRows(table.name(), OptionalLong.of(counted)));
            }
            counting.complete(rows);
        } catch (SQLException e) {
            counting.completeExceptionally(
                    watch.cancellation().isAsked() ? cancelled(watch) : snapshot.failed("counting rows", e));
        } catch (RuntimeException e) {
            counting.completeExceptionally(e);
        }
    }

    private static RuntimeException cancelled(LoadWatch watch) {
        try {
            watch.cancellation().check();
            return new IllegalStateException("nobody cancelled");
        } catch (RecoveryException e) {
            return e;
        }
    }

    private static List<TableRows> counted(CompletableFuture<List<TableRows>> counting) {
        try {
            return counting.join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof RuntimeException known ? known : e;
        }
    }

    private static void join(Thread counter) {
        try {
            counter.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        snapshot.close();
    }
}
