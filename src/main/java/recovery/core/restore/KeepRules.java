package recovery.core.restore;

import java.time.Duration;

/**
 * How long things are kept before they are offered for deletion.
 *
 * @param previous what was live before a restore
 * @param daily of so many days the newest backup of the day is kept; {@link #ALL}: of every day
 * @param weekly of so many weeks, which begin on Monday
 * @param monthly of so many months
 * @param yearly of so many years
 */
public record KeepRules(Duration previous, int daily, int weekly, int monthly, int yearly) {
    public static final int ALL = Integer.MAX_VALUE;

    public static final KeepRules USUAL = new KeepRules(Duration.ofDays(7), 7, 4, 12, ALL);

    public KeepRules {
        if (previous.isNegative() || daily < 0 || weekly < 0 || monthly < 0 || yearly < 0) {
            throw new IllegalArgumentException("a rule of keeping is negative");
        }
    }
}
