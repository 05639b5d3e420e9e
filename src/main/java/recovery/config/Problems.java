package recovery.config;

import static recovery.core.error.ErrorCode.SETTINGS_INVALID;
import static recovery.core.error.RecoveryException.problem;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Collects what is wrong with the settings, so that it is told at once and not one by one. */
final class Problems {
    private record Problem(String text, String remedy) {}

    private final List<Problem> all = new ArrayList<>();

    void add(String text, String remedy) {
        all.add(new Problem(text, remedy));
    }

    boolean isEmpty() {
        return all.isEmpty();
    }

    /** Throws SETTINGS_INVALID with all of them, each with its own remedy; several are numbered. */
    void throwIfAny() {
        if (all.size() == 1) {
            Problem only = all.get(0);
            throw problem(SETTINGS_INVALID, "%s", only.text()).remedy(only.remedy());
        }
        if (!all.isEmpty()) {
            String list = numbered(all.stream().map(Problem::text).toList()).stream()
                    .map(line -> "\n  " + line)
                    .collect(Collectors.joining());
            List<String> remedies = numbered(all.stream().map(Problem::remedy).toList());
            throw problem(SETTINGS_INVALID, "%d settings cannot be used:%s", all.size(), list)
                    .remedy(
                            remedies.get(0),
                            remedies.subList(1, remedies.size()).toArray(String[]::new));
        }
    }

    private static List<String> numbered(List<String> lines) {
        return IntStream.range(0, lines.size())
                .mapToObj(index -> "(%d) %s".formatted(index + 1, lines.get(index)))
                .toList();
    }
}
