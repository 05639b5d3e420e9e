package recovery.core.target;

import java.util.Optional;

/**
 * What can be asked of a restore into an SQLite file only.
 *
 * @param onConflict for restores of single tables; empty for {@link OnConflict#REPLACE}
 * @param salvage take what can be read of a damaged file, instead of refusing it
 * @param changeEncryption let a plain file take the place of an encrypted one, or the other way round
 * @param skipSafetyCopy write none before a restore into the live file
 */
public record FileOptions(
        Optional<OnConflict> onConflict, boolean salvage, boolean changeEncryption, boolean skipSafetyCopy) {
    public static final FileOptions USUAL = new FileOptions(Optional.empty(), false, false, false);
}
