package recovery.core.target.sqlite;

import static recovery.core.error.ErrorCode.DATABASE_IN_USE;

import java.time.Duration;
import java.time.LocalDateTime;
import java.util.List;
import recovery.core.error.RecoveryException;
import recovery.core.inspect.Inspection;
import recovery.core.target.CutSwap;
import recovery.core.target.LoadOptions;
import recovery.core.target.OtherStrategy;
import recovery.core.target.Strategy;
import recovery.core.target.Survey;
import recovery.core.target.TargetCopy;

/**
 * The live file as strategy {@code online} handles it: the copy beside is not given the live name, it is written into the
 * live file, which programs go on having open. Everything else is as the strategy {@code file} does it, also the names.
 */
final class SqliteOnline extends OtherStrategy {
    /** How long a write waits for others who read or write the live file. */
    static final Duration PATIENCE = Duration.ofSeconds(30);

    private final SqliteTarget file;
    private final Duration patience;

    SqliteOnline(SqliteTarget file, Duration patience) {
        super(file, Strategy.ONLINE);
        this.file = file;
        this.patience = patience;
    }

    @Override
    public Survey survey(Inspection backup, LoadOptions options) {
        return file.survey(backup, options, true);
    }

    /** Writes what {@code options} choose of {@code incoming}; as the strategy {@code file} if there is no live file. */
    @Override
    public SwapResult swap(String incoming, String keepLiveAs, LoadOptions options) {
        return file.alone(folder -> {
            if (!DatabaseFolder.present(folder.live())) {
                return file.swap(incoming, keepLiveAs);
            }
            return options.choice().selection().isEverything()
                    ? new OnlineSwap(folder, patience).whole(incoming, keepLiveAs)
                    : new TableSwap(folder, patience).tables(incoming, keepLiveAs, options);
        });
    }

    /** For a rollback: by renaming, unless somebody has the live file open. */
    @Override
    public SwapResult swap(String incoming, String keepLiveAs) {
        return file.alone(folder -> {
            try {
                return file.swap(incoming, keepLiveAs);
            } catch (RecoveryException refused) {
                if (refused.code() != DATABASE_IN_USE) {
                    throw refused;
                }
                return new OnlineSwap(folder, patience).whole(incoming, keepLiveAs);
            }
        });
    }

    @Override
    public String copyName(String id) {
        return file.copyName(id);
    }

    @Override
    public String previousName(LocalDateTime time) {
        return file.previousName(time);
    }

    @Override
    public boolean exists(String name) {
        return file.exists(name);
    }

    /** The names are those of the strategy {@code file}, which tells of them. */
    @Override
    public List<String> leftovers() {
        return List.of();
    }

    @Override
    public TargetCopy createCopy(String name) {
        return file.createCopy(name);
    }

    @Override
    public List<String> mend() {
        return file.mend();
    }

    @Override
    public List<String> settle(CutSwap swap) {
        if (swap.keepLiveAs().isEmpty()) {
            return List.of();
        }
        return file.alone(folder -> {
            OnlineSettlement written = new OnlineSettlement(folder, swap.incoming(), swap.keepLiveAs());
            return written.concerns() ? written.run() : file.settle(swap);
        });
    }

    @Override
    public void drop(String copyName) {
        file.drop(copyName);
    }

    /** As with {@link #leftovers}. */
    @Override
    public List<Previous> previousOnes() {
        return List.of();
    }

    @Override
    public void dropPrevious(String name) {
        file.dropPrevious(name);
    }
}
