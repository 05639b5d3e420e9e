package recovery.core.target.postgres;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import recovery.core.target.CopyFacts;
import recovery.core.target.CopyFacts.Measurement;
import recovery.core.target.LoadResult;
import recovery.core.target.LoadWatch;

/** All that is measured on one copy. What cannot be measured says why and does not stop the rest. */
final class CopyMeasuring {
    private static final int NAMED_AT_MOST = 5;

    private final Reach reach;
    private final LoadWatch watch;

    CopyMeasuring(Reach reach, LoadWatch watch) {
        this.reach = reach;
        this.watch = watch;
    }

    CopyFacts measure(Collection<String> tables, LoadResult loaded) throws SQLException {
        List<Measurement> measurements = new ArrayList<>();
        Map<String, Long> rows = new HashMap<>();
        CopyCounts counts = new CopyCounts(reach, watch);
        counts.count(tables);
        rows.putAll(counts.rows());
        counts.problem().ifPresent(measurements::add);
        try (PostgresSession session = reach.open()) {
            watch.cancellation().whenAsked(session::cancel);
            measurements.add(taken("constraints", () -> Structure.constraints(session)));
            measurements.add(taken("indexes", () -> Structure.indexes(session)));
            String sequences = loaded.sequencesFromBackup() ? "sequences" + CopyFacts.IN_BACKUP : "sequences";
            measurements.add(taken(sequences, () -> new Sequences(session).measure(sequences)));
            if (loaded.largeObjects().isPresent()) {
                long expected = loaded.largeObjects().getAsLong();
                measurements.add(taken("large objects", () -> Structure.largeObjects(session, expected)));
            }
            // keys are compared by the operators of their types, which need not be the server's own
            session.execute("RESET search_path");
            measurements.add(taken("orphans", () -> new Orphans(session, watch).measure(loaded.foreignKeysProven())));
        }
        if (!loaded.leftOut().isEmpty()) {
            measurements.add(leftOut(loaded.leftOut()));
        }
        return new CopyFacts(rows, measurements);
    }

    /** That is what the operator wanted, and still nobody can call the copy complete. */
    private static Measurement leftOut(List<String> objects) {
        int more = objects.size() - NAMED_AT_MOST;
        String names = String.join(", ", objects.subList(0, Math.min(NAMED_AT_MOST, objects.size())));
        return new Measurement(
                "left out",
                objects.size(),
                List.of(),
                Optional.of("not restored, because an extension was to be skipped: " + names
                        + (more > 0 ? " and " + more + " more" : "")));
    }

    private interface Look {
        Measurement take() throws SQLException;
    }

    private Measurement taken(String what, Look look) throws SQLException {
        watch.cancellation().check();
        watch.object("check of " + what);
        try {
            return look.take();
        } catch (SQLException e) {
            watch.cancellation().check();
            if (PostgresErrors.isConnectionLost(e)) {
                throw e;
            }
            return new Measurement(what, 0, List.of(), Optional.of(PostgresErrors.said(e)));
        }
    }
}
