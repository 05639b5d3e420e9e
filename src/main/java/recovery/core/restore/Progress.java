package recovery.core.restore;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * How far a restore is. Bytes are bytes of the backup file.
 *
 * @param object what is being worked on; up to three of several at once
 * @param etaSeconds empty while it cannot be said honestly
 * @param work how far each kind of work is, by its name ({@code read}, {@code copy}, {@code index} …), as far as the target
 *     tells; several go on at once
 * @param overall how much of the whole is done, 0 to 1, as far as that can be judged; it never goes back
 * @param etaOf what {@code etaSeconds} are left of: {@code restore}, or {@code reading} if nobody knows how long the rest
 *     takes; empty without a time
 */
public record Progress(
        String phase,
        long bytesDone,
        long bytesTotal,
        long rows,
        String object,
        long bytesPerSecond,
        OptionalLong etaSeconds,
        Map<String, Amount> work,
        double overall,
        Optional<String> etaOf) {
    static final String OF_RESTORE = "restore";
    static final String OF_READING = "reading";

    private static final Map<String, String> TITLES = titles();

    /** In a unit of that work's own, such as bytes of the tables that indexes are for. */
    public record Amount(long done, long total) {
        /** Numbers only grow, and those of several threads may come out of their order. */
        Amount with(Amount other) {
            return new Amount(Math.max(done, other.done), Math.max(total, other.total));
        }
    }

    public Progress {
        work = Collections.unmodifiableMap(new LinkedHashMap<>(work));
    }

    /** Where nothing is known but how much was read. */
    public Progress(
            String phase,
            long bytesDone,
            long bytesTotal,
            long rows,
            String object,
            long bytesPerSecond,
            OptionalLong etaSeconds) {
        this(
                phase,
                bytesDone,
                bytesTotal,
                rows,
                object,
                bytesPerSecond,
                etaSeconds,
                Map.of(),
                bytesTotal <= 0 ? 0 : Math.min(1, (double) bytesDone / bytesTotal),
                etaSeconds.isPresent() ? Optional.of(OF_READING) : Optional.empty());
    }

    private static Map<String, String> titles() {
        Map<String, String> titles = new LinkedHashMap<>();
        titles.put("read", "read");
        titles.put("copy", "rows");
        titles.put("index", "indexes");
        titles.put("constraint", "constraints");
        titles.put("analyze", "statistics");
        titles.put("verify", "checks");
        return titles;
    }

    /** {@code read 100 %, rows 98 %, indexes 40 %}; empty if the target tells nothing. */
    public String stages() {
        List<String> stages = new ArrayList<>();
        TITLES.forEach((kind, title) -> {
            Amount amount = work.get(kind);
            if (amount != null && amount.total() > 0) {
                stages.add("%s %d %%".formatted(title, (long) Math.min(100, amount.done() * 100.0 / amount.total())));
            }
        });
        return String.join(", ", stages);
    }

    /** {@code about 3 minutes left}; empty while that cannot be said honestly. */
    public String remaining() {
        if (etaSeconds.isEmpty()) {
            return "";
        }
        boolean reading = etaOf.filter(OF_READING::equals).isPresent();
        return about(etaSeconds.getAsLong()) + (reading ? " left to read the backup" : " left");
    }

    /** As exact as an estimate can be. */
    private static String about(long seconds) {
        if (seconds < 10) {
            return "a few seconds";
        }
        if (seconds < 55) {
            return "about %d seconds".formatted((seconds + 5) / 10 * 10);
        }
        if (seconds < 90) {
            return "about 1 minute";
        }
        long minutes = (seconds + 30) / 60;
        if (minutes < 60) {
            return "about %d minutes".formatted(minutes);
        }
        long tens = (minutes + 5) / 10 * 10;
        return "about %d h %d min".formatted(tens / 60, tens % 60);
    }
}
