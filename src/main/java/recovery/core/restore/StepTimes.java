package recovery.core.restore;

import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;

/** When the steps of a restore began and ended, in nanoseconds of a clock of its own. Any thread may call. */
final class StepTimes {
    private final Map<RestoreState, Long> begins = new EnumMap<>(RestoreState.class);

    /** {@code begin}: when planning began. */
    StepTimes(long begin) {
        begins.put(RestoreState.PLANNED, begin);
    }

    /** The step before ends with this. */
    synchronized void enter(RestoreState state, long now) {
        begins.putIfAbsent(state, now);
    }

    /** Zero if it has not begun. */
    synchronized Duration since(RestoreState state, long now) {
        Long begin = begins.get(state);
        return begin == null ? Duration.ZERO : Duration.ofNanos(Math.max(0, now - begin));
    }

    /** How long each step took that has begun; the last one until {@code now}, unless it is a final state. */
    synchronized Map<RestoreState, Duration> until(long now) {
        Map<RestoreState, Duration> times = new EnumMap<>(RestoreState.class);
        RestoreState before = null;
        for (Map.Entry<RestoreState, Long> step : begins.entrySet()) {
            if (before != null) {
                times.put(before, Duration.ofNanos(Math.max(0, step.getValue() - begins.get(before))));
            }
            before = step.getKey();
        }
        if (before != null && !before.isFinal()) {
            times.put(before, Duration.ofNanos(Math.max(0, now - begins.get(before))));
        }
        return times;
    }

    /** As it stands in JSON. */
    static String word(RestoreState state) {
        return switch (state) {
            case PLANNED -> "planning";
            case SAVING -> "saving";
            case READING_BACK -> "reading back";
            case RESTORING -> "loading";
            case VERIFYING -> "verifying";
            case DROPPING -> "dropping";
            case REPLACING -> "loading";
            case CHECKING -> "verifying";
            case NAMING -> "naming";
            case PUTTING_BACK -> "putting back";
            case SWAPPING -> "swapping";
            case DONE, SALVAGED, FAILED, CANCELLED, CUT_OFF -> "ending";
        };
    }
}
