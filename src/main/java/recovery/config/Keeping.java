package recovery.config;

import java.time.Duration;

/**
 * How long things are kept before {@code prune} offers them for deletion.
 *
 * @param previous what was live before a restore
 * @param daily of so many days a backup is kept; {@link Integer#MAX_VALUE}: of all
 */
public record Keeping(Duration previous, int daily, int weekly, int monthly, int yearly) {
    static Keeping of(ValueReader values) {
        return new Keeping(
                values.duration(Setting.KEEP_PREVIOUS),
                values.countOrAll(Setting.KEEP_DAILY),
                values.countOrAll(Setting.KEEP_WEEKLY),
                values.countOrAll(Setting.KEEP_MONTHLY),
                values.countOrAll(Setting.KEEP_YEARLY));
    }
}
