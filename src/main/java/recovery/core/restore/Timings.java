package recovery.core.restore;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Where the time of a restore went, in seconds.
 *
 * @param busySeconds by kind of work ({@code read}, {@code define}, {@code copy}, {@code index}, {@code constraint},
 *     {@code analyze}, {@code verify}, {@code swap}): how long threads or connections were busy with it; times of several
 *     at once add up. A kind of which nothing was told is left out
 * @param wallSeconds by step ({@code planning}, {@code loading}, {@code verifying}, {@code swapping}): how long it took on
 *     the clock. A step that was not reached is left out
 */
public record Timings(Map<String, Double> busySeconds, Map<String, Double> wallSeconds) {
    private static final double SHORTEST_TOLD = 0.05;
    private static final Map<String, String> TITLES = Map.of(
            "read", "reading",
            "define", "definitions",
            "copy", "rows",
            "index", "indexes",
            "constraint", "constraints",
            "analyze", "statistics",
            "verify", "checks",
            "verifying", "checking");

    public Timings {
        busySeconds = inOrder(busySeconds);
        wallSeconds = inOrder(wallSeconds);
    }

    private static Map<String, Double> inOrder(Map<String, Double> seconds) {
        return Collections.unmodifiableMap(new LinkedHashMap<>(seconds));
    }

    /** On one line what took long enough to be told, first on the clock, then as busy time; empty if nothing did. */
    public String words() {
        String wall = words(wallSeconds);
        String busy = words(busySeconds);
        return busy.isEmpty() ? wall : "%s; busy, all connections together: %s".formatted(wall, busy);
    }

    private static String words(Map<String, Double> seconds) {
        return seconds.entrySet().stream()
                .filter(entry -> entry.getValue() >= SHORTEST_TOLD)
                .map(entry -> TITLES.getOrDefault(entry.getKey(), entry.getKey()) + " " + duration(entry.getValue()))
                .collect(Collectors.joining(", "));
    }

    private static String duration(double seconds) {
        if (seconds < 60) {
            return String.format(Locale.ROOT, "%.1f s", seconds);
        }
        long whole = Math.round(seconds);
        return whole < 3600
                ? "%d min %d s".formatted(whole / 60, whole % 60)
                : "%d h %d min".formatted(whole / 3600, whole % 3600 / 60);
    }
}
