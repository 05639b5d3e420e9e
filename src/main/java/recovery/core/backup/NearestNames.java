package recovery.core.backup;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/** The names an operator may have meant. Stateless; any thread may use it. */
public final class NearestNames {
    private static final int MOST = 3;
    private static final int COMPARED_CHARACTERS = 80;

    private NearestNames() {}

    /** At most three of {@code names}, nearest first; those that have nothing in common with {@code wanted} are left out. */
    public static List<String> to(String wanted, Collection<String> names) {
        String plain = plain(wanted);
        return names.stream()
                .map(name -> new Candidate(name, distance(plain, plain(name))))
                .filter(candidate -> candidate.distance() <= Math.max(2, plain.length() / 3))
                .sorted(Comparator.comparingInt(Candidate::distance).thenComparing(Candidate::name))
                .limit(MOST)
                .map(Candidate::name)
                .toList();
    }

    private record Candidate(String name, int distance) {}

    private static String plain(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        return lower.substring(0, Math.min(lower.length(), COMPARED_CHARACTERS));
    }

    /** How many characters must be put in, taken out or changed; 0 or 1 if one begins with the other. */
    private static int distance(String one, String other) {
        if (!one.isEmpty() && other.startsWith(one)) {
            return Math.min(1, other.length() - one.length());
        }
        int[] row = new int[other.length() + 1];
        for (int i = 0; i < row.length; i++) {
            row[i] = i;
        }
        for (int i = 1; i <= one.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j < row.length; j++) {
                int changed = diagonal + (one.charAt(i - 1) == other.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(changed, 1 + Math.min(row[j], row[j - 1]));
            }
        }
        return row[other.length()];
    }
}
