package recovery.cli;

import java.nio.file.Path;
import recovery.core.restore.LoadSettings;
import recovery.core.restore.RestoreService;

/**
 * What the terminal needs from the rest of the program. Nothing is read or opened before one of these is called, so
 * {@code --help} works whatever the settings are.
 *
 * <p>All throw {@code RecoveryException}, SETTINGS_INVALID if the settings cannot be used.
 */
public interface Services {
    /** On the backup folder of the settings; the caller closes it. */
    RestoreService open(Place place);

    /** The same on another backup folder; the caller closes it. */
    RestoreService openFor(Place place, Path backupFolder);

    /** Serves page and API until the process is told to end; returns the exit code. */
    int serve(Place place);

    /** What the settings say about every load. */
    LoadSettings loadSettings(Place place);
}
