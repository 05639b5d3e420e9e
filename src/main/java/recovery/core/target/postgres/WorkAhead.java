package recovery.core.target.postgres;

import java.sql.SQLException;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import recovery.core.target.LoadWatch;
import recovery.core.target.Work;

/** How much of the planned steps is done, and tells so. Any thread may call. */
final class WorkAhead {
    /**
     * How far index builds are. A tree is filled by reading the table, sorting, and loading what was sorted; the phases
     * are those of the manual's "CREATE INDEX Progress Reporting".
     */
    private static final String BUILDS = """
            SELECT pid || ' ' || coalesce(CASE
                WHEN phase LIKE '%loading tuples%' THEN 0.6 + 0.4 * tuples_done / greatest(tuples_total, 1)
                WHEN phase LIKE '%sorting%' THEN 0.5
                ELSE 0.5 * blocks_done / greatest(blocks_total, 1) END, 0)
            FROM pg_catalog.pg_stat_progress_create_index WHERE datname = pg_catalog.current_database()""";

    private final LoadWatch watch;
    private final Map<Work, Double> planned = new EnumMap<>(Work.class);
    private final Map<Work, Double> done = new EnumMap<>(Work.class);
    private final Map<Integer, Running> running = new HashMap<>();

    private record Running(Work work, double weight) {}

    WorkAhead(LoadWatch watch) {
        this.watch = watch;
    }

    synchronized void plan(Work work, double weight) {
        planned.merge(work, weight, Double::sum);
        tell(Map.of());
    }

    /** The server's process {@code backend} begins what was planned. */
    synchronized void begin(int backend, Work work, double weight) {
        running.put(backend, new Running(work, weight));
    }

    synchronized void end(int backend) {
        Running ended = running.remove(backend);
        done.merge(ended.work(), ended.weight(), Double::sum);
        tell(Map.of());
    }

    /** Asks the server how far it is with what runs. */
    void look(LoadConnection connection) throws SQLException {
        Map<Integer, Double> fractions = new HashMap<>();
        for (String build : connection.values(BUILDS)) {
            String[] words = build.split(" ", 2);
            fractions.put(Integer.parseInt(words[0]), Math.min(1, Double.parseDouble(words[1])));
        }
        synchronized (this) {
            tell(fractions);
        }
    }

    private void tell(Map<Integer, Double> fractions) {
        Map<Work, Double> partly = new EnumMap<>(done);
        running.forEach((backend, step) ->
                partly.merge(step.work(), step.weight() * fractions.getOrDefault(backend, 0.0), Double::sum));
        planned.forEach(
                (work, weight) -> watch.progress(work, Math.round(partly.getOrDefault(work, 0.0)), Math.round(weight)));
    }
}
