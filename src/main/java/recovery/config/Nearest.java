package recovery.config;

import java.util.Arrays;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;

/** Finds the setting that somebody may have meant. */
final class Nearest {
    private Nearest() {}

    /** The known key nearest to {@code key}, if no more than {@code edits} letters have to be changed. */
    static Optional<String> to(String key, int edits) {
        String upper = key.toUpperCase(Locale.ROOT);
        return Arrays.stream(Setting.values())
                .map(Setting::name)
                .min(Comparator.comparingInt(known -> distance(upper, known)))
                .filter(known -> distance(upper, known) <= edits);
    }

    /** How many letters have to be inserted, removed or replaced to make {@code b} of {@code a}. */
    static int distance(String a, String b) {
        int[] row = new int[b.length() + 1];
        Arrays.setAll(row, index -> index);
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int replaced = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(replaced, 1 + Math.min(row[j], row[j - 1]));
            }
        }
        return row[b.length()];
    }
}
